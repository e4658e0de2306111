using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;

namespace Monitoring.Tests.Probes;

public class ConnectProbesTests
{
    private static readonly ConnectPlaces Few = new(256);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(3);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(256)]
    [InlineData(ConnectLimits.Concurrent)]
    public async Task Five_thousand_black_holes_make_no_living_target_wait(int places)
    {
        const int holes = 5_000;
        const int living = 100;
        var time = new FakeTimeProvider();
        var network = new Network();
        var probes = new ConnectProbes(
            new ConnectPlaces(places), network, network, time, NullLogger<ConnectProbes>.Instance);
        var watch = new Watch(probes, Poll);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = probes.RunAsync(watch, stop.Token);
        for (var slot = 0; slot < living; slot++)
        {
            watch.Add(slot, IPAddress.Parse($"10.0.0.{slot}"));
        }

        await watch.AskAsync(0, living);
        for (var slot = living; slot < living + holes; slot++)
        {
            watch.Add(slot, IPAddress.Parse($"10.1.{slot / 250}.{slot % 250}"));
        }

        for (var round = 0; round < 5; round++)
        {
            // The black holes are asked first. The clock stands still until every living target has answered.
            watch.Ask(living, holes);
            await watch.AskAsync(0, living);
            await network.AsksAsync(Math.Min(holes, new ConnectPlaces(places).Unproven));
            network.Most.ShouldBeLessThanOrEqualTo(places);
            network.MostOfOne.ShouldBe(1);
            time.Advance(Poll);
        }

        await stop.CancelAsync();
        await running;
        watch.NotAlive.ShouldBe(0);
    }

    [Fact]
    public async Task A_black_hole_is_silent_when_its_time_is_over_and_counts_again_when_it_returns()
    {
        var time = new FakeTimeProvider();
        var network = new Network();
        var probes = new ConnectProbes(Few, network, network, time, NullLogger<ConnectProbes>.Instance);
        var listener = new Listener();
        using var stop = new CancellationTokenSource();
        var running = probes.RunAsync(listener, stop.Token);
        probes.Ask(Question(1, 1, "10.1.0.1"), listener);
        await network.AsksAsync(1);
        time.Advance(TimeSpan.FromSeconds(1));
        (await listener.NextAsync()).Answer.ShouldBe(ProbeAnswer.Silent("no answer in time"));
        network.Returned = true;
        probes.Ask(Question(1, 2, "10.1.0.1"), listener);
        (await listener.NextAsync()).ShouldBe((1, 2u, ProbeAnswer.Alive));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_slot_that_asks_again_gives_up_its_connect_that_is_under_way()
    {
        var network = new Network();
        var probes =
            new ConnectProbes(Few, network, network, new FakeTimeProvider(), NullLogger<ConnectProbes>.Instance);
        var listener = new Listener();
        using var stop = new CancellationTokenSource();
        var running = probes.RunAsync(listener, stop.Token);
        probes.Ask(Question(1, 1, "10.1.0.1"), listener);
        await network.AsksAsync(1);
        probes.Ask(Question(1, 2, "10.0.0.1"), listener);
        (await listener.NextAsync()).ShouldBe((1, 2u, ProbeAnswer.Alive));
        await network.AsksAsync(0);
        listener.IsEmpty.ShouldBeTrue();
        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [InlineData("Max open files            1024                 524288               files", 512)]
    [InlineData("Max open files            1048576              1048576              files", 8_192)]
    [InlineData("Max open files            unlimited            unlimited            files", 8_192)]
    [InlineData("Max open files            3                    3                    files", 8)]
    [InlineData("Max processes             100                  100                  processes", 8_192)]
    public void Half_of_the_files_that_a_process_may_open_are_places(string line, int places) =>
        ConnectPlaces.OfFiles(["Limit                     Soft Limit", line]).Total.ShouldBe(places);

    [Theory]
    [InlineData(8)]
    [InlineData(256)]
    [InlineData(ConnectLimits.Concurrent)]
    public void Neither_kind_of_target_can_take_all_places(int total)
    {
        var places = new ConnectPlaces(total);
        places.Unproven.ShouldBeInRange(1, total - 1);
        places.Proven.ShouldBeInRange(1, total - 1);
    }

    [Fact]
    public async Task Only_so_many_connect_at_a_time_and_nobody_asks_what_is_not_awaited_any_more()
    {
        var probe = new Gate(Few.Unproven);
        var probes = new ConnectProbes(Few, probe, probe, new FakeTimeProvider(), NullLogger<ConnectProbes>.Instance);
        var listener = new Listener();
        using var stop = new CancellationTokenSource();
        var running = probes.RunAsync(listener, stop.Token);
        var refused = 0;
        for (var slot = 0; slot < ConnectLimits.Waiting + (2 * Few.Total); slot++)
        {
            probes.Ask(Question(slot), listener);
            refused += listener.IsEmpty ? 0 : 1;
        }

        await probe.Full.Task.WaitAsync(Ending);
        refused.ShouldBeGreaterThan(0);
        (await listener.NextAsync()).Answer.ShouldBe(ProbeAnswer.Unknown("too many probes wait on the agent"));

        listener.Awaits = false;
        probe.Open.SetResult();
        await stop.CancelAsync();
        await running;
        probe.Most.ShouldBe(Few.Unproven);
        probe.Asked.ShouldBe(Few.Unproven);
    }

    [Fact]
    public async Task A_probe_that_throws_is_unknown_and_ends_nothing()
    {
        var broken = new Broken();
        var probes = new ConnectProbes(Few, broken, broken, TimeProvider.System, NullLogger<ConnectProbes>.Instance);
        var listener = new Listener();
        using var stop = new CancellationTokenSource();
        var running = probes.RunAsync(listener, stop.Token);
        for (var i = 0; i < Few.Total * 2; i++)
        {
            probes.Ask(Question(i), listener);
            (await listener.NextAsync()).Answer.ShouldBe(ProbeAnswer.Unknown("the probe failed on the agent"));
        }

        await stop.CancelAsync();
        await running;
    }

    private static ProbeQuestion Question(int slot) => Question(slot, 1, "127.0.0.1");

    private static ProbeQuestion Question(int slot, uint generation, string address) =>
        new(slot, generation, new ProbeEndpoint(IPAddress.Parse(address)), Tcp, TimeSpan.FromSeconds(1));

    private static Kpi Tcp { get; } = new()
    {
        EventName = "PORT_OPEN",
        Collector = CollectorKind.TcpConnect,
        Port = 1,
        PollFrequency = TimeSpan.FromSeconds(1),
        Timeout = TimeSpan.FromSeconds(1),
    };

    private sealed class Broken : IConnectProbe
    {
        public ValueTask<ProbeAnswer> AskAsync(IPAddress address, Kpi kpi, CancellationToken cancellationToken) =>
            throw new FormatException("A bug.");
    }

    private sealed class Gate(int places) : IConnectProbe
    {
        private int _now;
        private int _asked;

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Full { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Most { get; private set; }

        public int Asked => _asked;

        public async ValueTask<ProbeAnswer> AskAsync(IPAddress address, Kpi kpi, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            if (Interlocked.Increment(ref _now) is var now && now >= places)
            {
                Most = now;
                Full.TrySetResult();
            }

            await Open.Task;
            Interlocked.Decrement(ref _now);
            return ProbeAnswer.Alive;
        }
    }
}
