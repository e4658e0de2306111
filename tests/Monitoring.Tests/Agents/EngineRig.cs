using Microsoft.Extensions.Logging.Abstractions;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;

namespace Monitoring.Tests.Agents;

/// <summary>An engine with a clock and a network of its own; several may share the clock.</summary>
internal sealed class EngineRig : IDisposable
{
    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public EngineRig(WatchOptions? options = null, EngineRig? beside = null, bool runs = true)
    {
        Time = beside?.Time ?? new SteppingTime();
        Lane = beside?.Lane ?? new Lane();
        Prober = new FakeProber(Time);
        Engine = new WatchEngine(options ?? new WatchOptions(), Prober, Time, NullLogger<WatchEngine>.Instance);
        _running = runs ? Lane.Call(() => Engine.RunAsync(_stop.Token)) : Task.CompletedTask;
    }

    public SteppingTime Time { get; }

    public Lane Lane { get; }

    public FakeProber Prober { get; }

    public WatchEngine Engine { get; }

    public static Kpi Alive(int falses = 3, bool continuous = false) => new()
    {
        EventName = "VM_ALIVE",
        Collector = CollectorKind.IcmpPing,
        OccurrencesFalse = falses,
        PollFrequency = Poll,
        Timeout = Poll / 2,
        ContinuousAlarm = continuous,
        IsAliveness = true,
    };

    public static TargetId Id(int number) => new(new Guid(number, 7, 7, 1, 2, 3, 4, 5, 6, 7, 8));

    public static Assignment Assign(int number, long epoch, params CarriedKpi[] carried) =>
        new(Id(number), new AssignmentEpoch(epoch), $"10.0.0.{number}", [Alive()], [.. carried]);

    public static CarriedKpi Carry(KpiState state, double since = 0.4, double until = 0.6, long raised = 0) =>
        new("VM_ALIVE", state, TimeSpan.FromSeconds(since), TimeSpan.FromSeconds(until), raised);

    public void Advance(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds), () => Lane.Call(() => true));

    /// <summary>Asks the engine something that it answers at once.</summary>
    public Task<T> Ask<T>(Func<WatchEngine, Task<T>> request)
    {
        var answer = Lane.Call(() => request(Engine));
        answer.IsCompleted.ShouldBeTrue("the engine did not answer");
        return answer;
    }

    public Task<ImmutableArray<SetOutcome>> Set(params Assignment[] assignments) =>
        Ask(engine => engine.SetAsync([.. assignments], CancellationToken.None));

    public async Task<UnsetOutcome> Unset(int number, long epoch, double hold = 5)
    {
        var outcomes = await Ask(engine => engine.UnsetAsync(
            [At(number, epoch)], TimeSpan.FromSeconds(hold), CancellationToken.None));
        return outcomes.ShouldHaveSingleItem();
    }

    public static TargetEpoch At(int number, long epoch) => new(Id(number), new AssignmentEpoch(epoch));

    public void Release(int number, long epoch) => Lane.Call(() =>
    {
        Engine.Release([At(number, epoch)]);
        return true;
    });

    public Task<ImmutableArray<Holding>> Holdings() => Ask(engine => engine.HoldingsAsync(CancellationToken.None));

    public ImmutableArray<MonitorReport> Verdicts() => Engine.TakeReports(int.MaxValue, verdictsOnly: true);

    public ImmutableArray<MonitorReport> Reports() => Engine.TakeReports(int.MaxValue, verdictsOnly: false);

    /// <summary>Lets the target be silent from now on.</summary>
    public void Silence() => Prober.World = _ => null;

    public void Revive() => Prober.World = _ => ProbeAnswer.Alive;

    public async Task Stop()
    {
        Lane.Call(() =>
        {
            _stop.Cancel();
            return true;
        });
        _running.IsCompleted.ShouldBeTrue("the engine did not stop");
        await _running;
    }

    public void Dispose()
    {
        Lane.Call(() =>
        {
            _stop.Cancel();
            return true;
        });
        _stop.Dispose();
    }
}
