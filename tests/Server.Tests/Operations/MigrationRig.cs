using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Agents;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Faults;
using Watchkeeper.Server.Operations.MonitoringMigration;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Operations;

/// <summary>
/// An instantiated VNF, three agents without probes, and the real engine with the real steps on a real store.
/// </summary>
internal sealed class MigrationRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly StoreRig _rig;
    private readonly OperationMetrics _metrics = new();
    private readonly TestMeters _meters = new();
    private readonly OperationDesk _desk;
    private readonly OperationWatch _watch;
    private readonly OperationRequests _requests;
    private readonly Task _working;

    public MigrationRig(
        string? serviceUpdate = null, string? rollbackUpdate = null, string? directory = null, ICommitGate? gate = null)
    {
        _rig = new StoreRig(directory, gate);
        Directory = new AgentDirectory(new TwoAgents(), Time);
        Carried = new CarriedStates(Time);
        var timeouts = new MonitorTimeouts(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
        var ids = new Version7Ids(Time);
        var writes = new MonitorWrites([new VmAlarms(new AlarmWriting(Store, ids, Time), new UnwatchedTimes(Time))]);
        var calls = new AgentCalls(Directory, timeouts, Time);
        var states = new KnownStates(Directory, Carried, Levels, Time);
        var setting = new MonitorSetting(Assignments, Store, calls, states, writes);
        var unsetting = new MonitorUnsetting(Directory, calls, Carried, timeouts, Time);
        Capacity = new CapacityLedger(Assignments);
        var preflight = new Preflight(calls, NullLogger<Preflight>.Instance);
        var drill = ServiceUpdateDrill.Parse(serviceUpdate, rollbackUpdate);
        IStep[] steps =
        [
            new ValidateStep(Store, Directory, Capacity, preflight, new MigrationOptions()),
            new UnsetMonitorStep(Store, Assignments, unsetting),
            new UpdateServiceStep(Store, Assignments, Capacity, drill, Time),
            new SetMonitorStep(Store, setting, unsetting, Time),
            new CheckRollbackStep(),
        ];
        var plans = new PlanCatalog([MigrationPlan.Plan]);
        var moves = new OperationMoves(
            Store, _metrics, ids, Time, NullLogger<OperationMoves>.Instance, ended => Capacity.Release(ended.Value));
        var catalog = new StepCatalog(steps.Select(step => new FailingStep(step, () => FailsIn)), plans);
        var attempt = new StepAttempt(catalog, ids, NullLogger<StepAttempt>.Instance);
        var runner = new OperationRunner(Store, plans, attempt, moves, Time, NullLogger<OperationRunner>.Instance);
        _watch = new OperationWatch(Store, plans);
        var loop = new OperationLoop(runner, _watch, NullLogger<OperationLoop>.Instance);
        _desk = new OperationDesk(Store, plans, loop, ids, Time, NullLogger<OperationDesk>.Instance);
        _requests = new OperationRequests(Store, plans, moves, loop);
        Recovery = new Recovery(Store, plans, loop, Time, NullLogger<Recovery>.Instance);
        Marks = new MonitorMarks(Assignments, Store, writes, states, Time, NullLogger<MonitorMarks>.Instance);
        var metrics = new VerdictMetrics(_meters);
        Gate = new ReportGate(
            Assignments,
            new VerdictStoring(
                Assignments, Store, Levels, metrics, new VerdictWrites(writes, Time),
                NullLogger<VerdictStoring>.Instance),
            (_, _) =>
                { }, states, metrics, NullLogger<ReportGate>.Instance);
        Events = new AgentEvents(
            new HoldingComparison(
                Assignments, Marks, states,
                new EpochRaising(Assignments, Store, writes, NullLogger<EpochRaising>.Instance),
                new MigrationsAtWork(Store), NullLogger<HoldingComparison>.Instance),
            Gate, Marks,
            new CounterStoring(Assignments, Directory, Store, Time, NullLogger<CounterStoring>.Instance));
        _working = loop.RunAsync(_stop.Token);
    }

    /// <summary>The step that throws what nobody expects; null when none does.</summary>
    public StepName? FailsIn { get; set; }

    public FakeTimeProvider Time { get; } = new(Samples.Noon);

    public Store Store => _rig.Store;

    public AgentDirectory Directory { get; }

    public Assignments Assignments { get; } = new();

    public CarriedStates Carried { get; }

    public LevelBook Levels { get; } = new();

    public CapacityLedger Capacity { get; }

    public Recovery Recovery { get; }

    public ReportGate Gate { get; }

    public AgentEvents Events { get; }

    public MonitorMarks Marks { get; }

    public StoreRig StoreRig => _rig;

    public FakeAgent Old { get; init; } = new("dmona1");

    public FakeAgent New { get; init; } = new("dmona2");

    public VnfInstanceId Instance { get; } = new(Samples.Id(1));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Stores a VNF with VMs that dmona1 watches under epoch 4.</summary>
    public async Task<MigrationRig> WithVmsAsync(int vms, Func<VnfInstance, VnfInstance>? change = null)
    {
        var instance = Samples.Instance(1);
        await Store.CommitAsync([InstanceTable.Insert(change?.Invoke(instance) ?? instance)], Token);
        for (var number = 1; number <= vms; number++)
        {
            var sample = Samples.Vnfc(100 + number, 1);
            var vnfc = sample with { Vnfc = sample.Vnfc with { Address = $"127.64.0.{number}" } };
            await Store.CommitAsync([VnfcTable.Insert(vnfc)], Token);
            Assignments.Stored(vnfc);
            Old.Hold(vnfc.Target, vnfc.Vnfc.Epoch);
        }

        await Directory.LoadAsync(Token);
        Join("dmona1", Old);
        Join("dmona2", New);
        return this;
    }

    /// <summary>Reads what an earlier manager has stored; the agents are reached again.</summary>
    public async Task<MigrationRig> RestartedAsync()
    {
        Assignments.Stored(await Store.AllVnfcsAsync(Token));
        foreach (var level in await Store.LevelsAsync(Token))
        {
            Levels.Stored(level);
        }

        await Directory.LoadAsync(Token);
        Join("dmona1", Old);
        Join("dmona2", New);
        return this;
    }

    /// <summary>An agent says what it holds, and changes it as it is told.</summary>
    public async Task ReconnectAsync(string name, FakeAgent agent)
    {
        ImmutableArray<Holding> holdings =
            [.. agent.Watched.Select(held => new Holding(held.Key, held.Value, IsWatched: true))];
        var difference = await Events.ConnectedAsync(name, holdings, Token);
        await agent.UnsetAsync(difference.Unset, TimeSpan.Zero, Token);
        await Events.SetEndedAsync(name, await agent.SetAsync(difference.Set, Token), Token);
        await Marks.WriteAsync(_ => false, Token);
    }

    /// <summary>Makes an agent ONLINE, or another state.</summary>
    public void Join(string name, FakeAgent agent, int capacity = 100, AgentState state = AgentState.Online) =>
        Directory.Change(name, known => known with
        {
            Row = known.Row with { Capacity = capacity },
            State = state,
            Way = agent,
            IsReady = true,
            HeardAt = Time.GetTimestamp(),
        });

    /// <summary>Changes a stored VM behind everybody's back.</summary>
    public async Task ChangeVmAsync(int number, Func<Vnfc, Vnfc> change)
    {
        var vnfc = (await VmsAsync())[number - 1];
        await Store.CommitAsync([VnfcTable.Update(change(vnfc.Vnfc))], Token);
        Assignments.Stored(await VmsAsync());
    }

    /// <summary>Asks for a migration and waits until it rests.</summary>
    public async Task<VnfLcmOpOcc> MigrateAsync(
        string agent = "dmonaName://dmona2", string key = "MONITORING_AGENT", bool unattended = false)
    {
        var opened = await OpenAsync(agent, key, unattended);
        return (await _watch.RestedAsync(opened.Id, Token)).ShouldNotBeNull();
    }

    /// <summary>Asks for a migration.</summary>
    public async Task<VnfLcmOpOcc> OpenAsync(string agent, string key, bool unattended) =>
        (await AskForAsync(agent, key, unattended)).ShouldBeOfType<Admission.Opened>().Operation;

    /// <summary>Asks for a migration that may be refused.</summary>
    public Task<Admission> AskForAsync(string agent, string key, bool unattended) =>
        _desk.OpenAsync(
            new OpeningRequest
            {
                VnfInstanceId = Instance,
                Operation = LcmOperationType.MonitoringMigration,
                Parameters = new MigrateRequest(agent, key).ToParameters(),
                LeavesFailedTempUnattended = unattended,
            },
            Token);

    /// <summary>Waits until an occurrence rests.</summary>
    public async Task<VnfLcmOpOcc> RestedAsync(OperationId id) =>
        (await _watch.RestedAsync(id, Token)).ShouldNotBeNull();

    public Task<VnfLcmOpOcc> RetryAsync(VnfLcmOpOcc operation) => AskAsync(operation, _requests.RetryAsync);

    public Task<VnfLcmOpOcc> RollBackAsync(VnfLcmOpOcc operation) => AskAsync(operation, _requests.RollbackAsync);

    public Task<VnfLcmOpOcc> FailAsync(VnfLcmOpOcc operation) =>
        AskAsync(operation, (id, token) => _requests.FailAsync(id, null, token));

    public async Task<ImmutableArray<WatchedVnfc>> VmsAsync() => await Store.VnfcsAsync(Instance, Token);

    public async Task<VnfInstance> InstanceAsync() =>
        (await Store.FindInstanceAsync(Instance, Token)).ShouldNotBeNull();

    /// <summary>The states that were notified, in order.</summary>
    public async Task<string> StatesAsync() => string.Join(
        " ",
        (await Store.NotificationsAsync(0, 1000, Token))
            .Select(n => n.Entry.Operation).OfType<VnfLcmOpOcc>().Select(operation => Spelling.Of(operation.State)));

    /// <summary>The core's events, in order.</summary>
    public async Task<string> EventsAsync() => string.Join(
        ", ", (await Store.EventsAsync(0, null, 1000, Token)).Select(e => $"{e.Event.Type} {e.Event.Status}"));

    /// <summary>Each VM's agent, epoch and monitor.</summary>
    public async Task<string> MonitorsAsync() => string.Join(
        ", ", (await VmsAsync()).Select(v => $"{v.Vnfc.Agent} {v.Vnfc.Epoch} {v.Vnfc.Monitor}"));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _working;
        await _rig.DisposeAsync();
        _meters.Dispose();
        _metrics.Dispose();
        _stop.Dispose();
    }

    private async Task<VnfLcmOpOcc> AskAsync(
        VnfLcmOpOcc operation, Func<OperationId, CancellationToken, Task<RequestAnswer>> ask)
    {
        (await ask(operation.Id, Token)).ShouldBeOfType<RequestAnswer.Accepted>();
        return await RestedAsync(operation.Id);
    }

    private sealed class TwoAgents : IAgentRegistry
    {
        public Task<ImmutableArray<AgentRow>> AllAsync(CancellationToken cancellationToken) =>
            Task.FromResult<ImmutableArray<AgentRow>>([Row("dmona1"), Row("dmona2")]);

        public Task PutAsync(AgentRow agent, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task DeleteAsync(string name, CancellationToken cancellationToken) => Task.CompletedTask;

        private static AgentRow Row(string name) =>
            new(name, "default", 100, "1.0", [], IsDraining: false, Samples.Noon, Samples.Noon);
    }
}
