using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Operations;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Reconciling;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Faults;
using Watchkeeper.Server.Operations;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Agents;

/// <summary>The watch upon a real store: the gate, the marks, and two agents without probes.</summary>
internal sealed class WatchRig : IAsyncDisposable
{
    private readonly StoreRig _rig;
    private readonly ICommitGate? _commitGate;
    private readonly FakeRegistry _registry = new();

    public WatchRig(ICommitGate? gate = null, string? directory = null)
    {
        _commitGate = gate;
        _rig = new StoreRig(directory, gate);
        Metrics = new VerdictMetrics(Meters);
        Directory = new AgentDirectory(_registry, Time);
        Carried = new CarriedStates(Time);
        var timeouts = new MonitorTimeouts(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
        Unwatched = new UnwatchedTimes(Time);
        Alarms = new VmAlarms(new AlarmWriting(Store, new Version7Ids(Time), Time), Unwatched);
        Writes = new MonitorWrites([new Follower(Followed), Alarms]);
        States = new KnownStates(Directory, Carried, Levels, Time);
        Calls = new AgentCalls(Directory, timeouts, Time);
        Setting = new MonitorSetting(Assignments, Store, Calls, States, Writes);
        Unsetting = new MonitorUnsetting(Directory, Calls, Carried, timeouts, Time);
        Gate = new ReportGate(
            Assignments,
            new VerdictStoring(
                Assignments, Store, Levels, Metrics, new VerdictWrites(Writes, Time),
                NullLogger<VerdictStoring>.Instance),
            (vnfc, gap) => Gaps.Add((vnfc, gap)), States, Metrics, NullLogger<ReportGate>.Instance);
        Marks = new MonitorMarks(Assignments, Store, Writes, States, Time, NullLogger<MonitorMarks>.Instance);
        Counters = new CounterStoring(
            Assignments, Directory, Store, Time, NullLogger<CounterStoring>.Instance);
        Events = new AgentEvents(
            new HoldingComparison(
                Assignments, Marks, States,
                new EpochRaising(Assignments, Store, Writes, NullLogger<EpochRaising>.Instance),
                new MigrationsAtWork(Store), NullLogger<HoldingComparison>.Instance),
            Gate, Marks, Counters);
        var settings = new ReconcileSettings(TimeSpan.FromSeconds(10));
        var rooms = new Rooms(Directory, new CapacityLedger(Assignments));
        Reconciler = new Reconciler(
            new UnsettledScan(
                Assignments, Directory, new UnsettledVms(Time, new Random(1)), Store,
                new PlanCatalog(OperationServices.Plans), settings),
            new GuardSearch(Directory, Assignments, Calls),
            new Homecoming(Calls, Unsetting),
            new Reassigning(rooms, Setting, Unsetting, Marks, Time),
            Time, NullLogger<Reconciler>.Instance);
        Silence = new SilenceWatch(Assignments, Directory, Marks, Time, NullLogger<SilenceWatch>.Instance);
    }

    public FakeTimeProvider Time { get; } = new(Samples.Noon);

    public TestMeters Meters { get; } = new();

    public VerdictMetrics Metrics { get; }

    public Store Store => _rig.Store;

    public StoreRig StoreRig => _rig;

    public Assignments Assignments { get; } = new();

    public LevelBook Levels { get; } = new();

    public CarriedStates Carried { get; }

    public AgentDirectory Directory { get; }

    /// <summary>What followers of marks were told.</summary>
    public List<Vnfc> Followed { get; } = [];

    public MonitorWrites Writes { get; }

    public UnwatchedTimes Unwatched { get; }

    public VmAlarms Alarms { get; }

    public KnownStates States { get; }

    public AgentCalls Calls { get; }

    public CounterStoring Counters { get; }

    public MonitorSetting Setting { get; }

    public MonitorUnsetting Unsetting { get; }

    public ReportGate Gate { get; }

    public MonitorMarks Marks { get; }

    public AgentEvents Events { get; }

    public Reconciler Reconciler { get; }

    public SilenceWatch Silence { get; }

    public FakeAgent Local { get; } = new("local_mona");

    public FakeAgent One { get; } = new("dmona1");

    public FakeAgent Two { get; } = new("dmona2");

    public List<(Vnfc Vnfc, TimeSpan Gap)> Gaps { get; } = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TargetId Target(int vm) => new(Samples.Id(100 + vm));

    /// <summary>A report on a VM: what is believed of its aliveness, and of other KPIs.</summary>
    public static MonitorReport Report(
        int vm, bool? isAlive, long epoch = 4, bool isVerdict = true, params (string Name, bool? Believed)[] others) =>
        new(
            Target(vm),
            new AssignmentEpoch(epoch),
            isVerdict,
            [Kpi("VM_ALIVE", isAlive), .. others.Select(other => Kpi(other.Name, other.Believed))],
            Gap: null);

    public static CarriedKpi Kpi(string name, bool? believed, int against = 0) =>
        new(name, new KpiState(believed, 0, against), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), 1);

    public static Holding Held(int vm, long epoch = 4, bool isWatched = true) =>
        new(Target(vm), new AssignmentEpoch(epoch), isWatched);

    /// <summary>Stores a VNF with VMs that dmona1 watches under epoch 4, each with a second KPI.</summary>
    public async Task<WatchRig> WithVmsAsync(int vms, Func<Vnfc, Vnfc>? change = null)
    {
        await Store.CommitAsync([InstanceTable.Insert(Samples.Instance(1))], Token);
        WatchedVnfc[] rows = [.. Enumerable.Range(1, vms).Select(vm => Row(vm, change))];
        foreach (var chunk in rows.Chunk(500))
        {
            await Store.CommitAsync([.. chunk.Select(VnfcTable.Insert)], Token);
        }

        Assignments.Stored(rows);
        foreach (var name in (string[])["dmona1", "dmona2"])
        {
            _registry.Rows[name] = new(name, "default", 100, "1.0", [], false, Samples.Noon, Samples.Noon);
        }

        await Directory.LoadAsync(Token);
        Join("dmona1", One);
        Join("dmona2", Two);
        return this;
    }

    public void Join(string name, FakeAgent agent, AgentState state = AgentState.Online) => Directory.Change(
        name, known => known with { State = state, Way = agent, IsReady = true, HeardAt = Time.GetTimestamp() });

    public Task<ImmutableArray<TargetEpoch>> TakeAsync(string agent, params MonitorReport[] reports) =>
        Gate.TakeAsync(agent, [.. reports], Token);

    /// <summary>Takes reports as a session does: they are kept when they come, and gated later.</summary>
    public Task<ImmutableArray<TargetEpoch>> HearAsync(string agent, params MonitorReport[] reports)
    {
        Directory.Known(agent)!.Reports.TryKeep([.. reports]);
        return TakeAsync(agent, reports);
    }

    /// <summary>The VM as it is stored.</summary>
    public async Task<Vnfc> VmAsync(int vm) => (await VmsAsync())[vm - 1].Vnfc;

    public Task<ImmutableArray<WatchedVnfc>> VmsAsync() => Store.VnfcsAsync(new(Samples.Id(1)), Token);

    /// <summary>Changes a stored VM, and does not show it.</summary>
    public async Task ChangeBehindAsync(int vm, Func<Vnfc, Vnfc> change) =>
        await Store.CommitAsync([VnfcTable.Update(change(await VmAsync(vm)))], Token);

    /// <summary>The events of VMs, in order.</summary>
    public async Task<string> EventsAsync() => string.Join(
        ", ", (await Store.EventsAsync(0, null, 1000, Token)).Select(e => $"{e.Event.Type} {e.Event.Status}"));

    public async Task<ImmutableArray<StoredLevel>> StoredLevelsAsync() => await Store.LevelsAsync(Token);

    /// <summary>How the VMs are watched, as stored.</summary>
    public async Task<string> MonitorsAsync() => string.Join(
        ", ", (await VmsAsync()).Select(v => $"{v.Vnfc.Agent} {v.Vnfc.Epoch} {v.Vnfc.Monitor}"));

    public async ValueTask DisposeAsync()
    {
        // A test that failed while it held a commit must not hang as well.
        (_commitGate as Storage.Gate)?.LetGo();
        await _rig.DisposeAsync();
        Directory.Dispose();
        Meters.Dispose();
    }

    private sealed class Follower(List<Vnfc> told) : IMarkFollower
    {
        public ImmutableArray<Write> WritesWith(Vnfc marked)
        {
            lock (told)
            {
                told.Add(marked);
            }

            return [];
        }
    }

    private static WatchedVnfc Row(int vm, Func<Vnfc, Vnfc>? change)
    {
        var sample = Samples.Vnfc(100 + vm, 1);
        var load = sample.Monitoring.Kpis[0] with
        {
            EventName = "LOAD",
            IsAliveness = false,
            PollFrequency = TimeSpan.FromHours(1),
        };
        return new WatchedVnfc(
            change?.Invoke(sample.Vnfc) ?? sample.Vnfc,
            sample.Monitoring with { Kpis = sample.Monitoring.Kpis.Add(load) });
    }
}
