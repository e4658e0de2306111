using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Engine;

/// <summary>The engine upon a real store, with its loops running until it is disposed.</summary>
internal sealed class EngineRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly OperationMetrics _metrics = new();
    private readonly Task _working;

    public EngineRig(
        OperationPlan[] plans, IStep[] steps, string? directory = null, ICommitGate? gate = null,
        TimeProvider? time = null, WorkEnded? workEnded = null)
    {
        Rig = new StoreRig(directory, gate);
        time ??= new FakeTimeProvider(Samples.Noon);
        var ids = new Version7Ids(time);
        Plans = new PlanCatalog(plans);
        Moves = new OperationMoves(
            Store, _metrics, ids, time, NullLogger<OperationMoves>.Instance, workEnded);
        var attempt = new StepAttempt(new StepCatalog(steps, Plans), ids, NullLogger<StepAttempt>.Instance);
        Runner = new OperationRunner(Store, Plans, attempt, Moves, time, NullLogger<OperationRunner>.Instance);
        Watch = new OperationWatch(Store, Plans);
        Loop = new OperationLoop(Runner, Watch, NullLogger<OperationLoop>.Instance);
        Desk = new OperationDesk(Store, Plans, Loop, ids, time, NullLogger<OperationDesk>.Instance);
        Requests = new OperationRequests(Store, Plans, Moves, Loop);
        Recovery = new Recovery(Store, Plans, Loop, time, NullLogger<Recovery>.Instance);
        _working = Loop.RunAsync(_stop.Token);
    }

    public StoreRig Rig { get; }

    public Store Store => Rig.Store;

    public PlanCatalog Plans { get; }

    public OperationMoves Moves { get; }

    public OperationRunner Runner { get; }

    public OperationWatch Watch { get; }

    public OperationLoop Loop { get; }

    public OperationDesk Desk { get; }

    public OperationRequests Requests { get; }

    public Recovery Recovery { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task AddInstanceAsync(int number) =>
        Store.CommitAsync([InstanceTable.Insert(Samples.Instance(number))], Token);

    /// <summary>Asks the desk for an operation of an instance.</summary>
    public Task<Admission> AskAsync(int instance, bool unattended = false) => Desk.OpenAsync(
        new OpeningRequest
        {
            VnfInstanceId = new VnfInstanceId(Samples.Id(instance)),
            Operation = LcmOperationType.MonitoringMigration,
            LeavesFailedTempUnattended = unattended,
        },
        Token);

    /// <summary>Opens an operation and waits until it rests.</summary>
    public async Task<VnfLcmOpOcc> RunAsync(int instance, bool unattended = false)
    {
        var opened = (await AskAsync(instance, unattended)).ShouldBeOfType<Admission.Opened>();
        return (await Watch.RestedAsync(opened.Operation.Id, Token)).ShouldNotBeNull();
    }

    /// <summary>The states that subscribers are told of an occurrence, in order.</summary>
    public async Task<LcmOperationState[]> NotifiedAsync(OperationId id)
    {
        var entries = await Store.NotificationsAsync(0, 1000, Token);
        return [.. entries.Where(n => n.Entry.Operation?.Id == id).Select(n => n.Entry.Operation!.State)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _working;
        await Rig.DisposeAsync();
        _metrics.Dispose();
        _stop.Dispose();
    }
}

/// <summary>A step that does what the test says.</summary>
internal sealed class ScriptedStep(string name, Func<VnfLcmOpOcc, CancellationToken, Task<StepResult>> act) : IStep
{
    private int _attempts;

    /// <summary>A step that is done at once.</summary>
    public ScriptedStep(string name)
        : this(name, (operation, _) => Task.FromResult(StepResult.Done(operation)))
    {
    }

    public int Attempts => _attempts;

    public LcmOperationType Operation => LcmOperationType.MonitoringMigration;

    public StepName Name => new(name);

    public static StepResult Failed(VnfLcmOpOcc operation, string detail) => new(
        new StepOutcome.Failed(new("faults/test", "Test", 500, detail)), operation, []);

    public Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _attempts);
        return act(operation, cancellationToken);
    }
}

/// <summary>Time in which every wait is over at once; it remembers how long each would have been.</summary>
internal sealed class InstantTime : TimeProvider
{
    public List<TimeSpan> Waits { get; } = [];

    public override DateTimeOffset GetUtcNow() => Samples.Noon;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Add(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}

/// <summary>The plans of these tests.</summary>
internal static class TestPlans
{
    public static OperationPlan Of(int version, params PlannedStep[] forward) => new()
    {
        Operation = LcmOperationType.MonitoringMigration,
        Version = version,
        Forward = [.. forward],
        Backward = [],
    };

    public static PlannedStep Stop(string name, LcmTrigger? unattended = null, string? amend = null) =>
        new(new StepName(name), IfFails.Stop, amend is null ? null : new StepName(amend), unattended);

    public static PlannedStep GoOn(string name) => new(new StepName(name), IfFails.GoOn);
}
