using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Monitoring.Schedule;

namespace Monitoring.Tests.Agents;

/// <summary>The engine on the real clock and loopback, as the processes run it. Facts only, no times.</summary>
public class RealNetworkTests
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData(CollectorKind.IcmpPing, true)]
    [InlineData(CollectorKind.TcpConnect, true)]
    [InlineData(CollectorKind.TcpConnect, false)]
    public async Task A_target_is_believed_what_it_is(CollectorKind collector, bool alive)
    {
        var ending = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        if (!alive)
        {
            listener.Stop();
        }

        using var prober = new SocketProber(null, TimeProvider.System, NullLoggerFactory.Instance);
        Assert.SkipWhen(
            collector == CollectorKind.IcmpPing && prober.IcmpUnavailable is not null, prober.IcmpUnavailable ?? "");
        var engine = new WatchEngine(new WatchOptions(), prober, new BootTime(), NullLogger<WatchEngine>.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var running = engine.RunAsync(stop.Token);
        var kpi = new Kpi
        {
            EventName = "VM_ALIVE", Collector = collector, Port = port, PollFrequency = Poll, Timeout = Poll,
            IsAliveness = true,
        };
        var target = EngineRig.Id(1);
        var expected = alive ? ProbeAnswerKind.Alive : ProbeAnswerKind.Silent;
        ImmutableArray<LookOutcome> looked;
        do
        {
            // A starved machine may miss the second that a look has; the fact must come out in the end.
            looked = await engine.LookAsync([new LookRequest(target, "127.0.0.1", kpi)], ending);
        }
        while (looked[0].Answer.Kind != expected);


        var assignment = new Assignment(target, new AssignmentEpoch(1), "127.0.0.1", [kpi], []);
        (await engine.SetAsync([assignment], ending)).ShouldHaveSingleItem().IsSet.ShouldBeTrue();
        bool? believed;
        do
        {
            await engine.WaitForVerdictsAsync(ending);
            believed = engine.TakeReports(1, verdictsOnly: true)[0].Kpis[0].State.Believed;
        }
        while (believed != alive);

        await engine.UnsetAsync([new TargetEpoch(target, new AssignmentEpoch(1))], TimeSpan.Zero, ending);
        await stop.CancelAsync();
        await running;
    }
}
