using Simulation.Clients;
using Simulation.Invariants;
using Simulation.Machines;
using Simulation.Network;
using Simulation.Scheduling;
using Simulation.Truth;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;

namespace Simulation;

/// <summary>A whole system in one thread: the manager, its agents, their VMs, consumers and clients, from one
/// seed.</summary>
internal sealed partial class World : IDisposable
{
    public const string Token = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>Silent probes in a row that make an outage.</summary>
    public const int MostSilences = 3;

    public static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>How often invariants look at the world.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static int _worlds;

    private readonly ImmutableArray<IInvariant> _invariants;
    private readonly string _folder;
    private readonly Database _database;
    private readonly Dictionary<string, TimeSpan> _entered = new(StringComparer.Ordinal);
    private readonly List<string> _violations = [];
    private readonly Random _probing;

    public World(WorldSettings settings)
    {
        Settings = settings;
        Scheduler = new Scheduler(settings.Seed, settings.IsOrderly) { Threw = Threw };
        Random = new Random(settings.Seed ^ 0x5EED);
        _probing = new Random(settings.Seed ^ 0x9B0E);
        Log = new Transcript(this, settings.Detail);
        Outside = new Node(Scheduler, "world");
        Net = new Net(new Random(settings.Seed ^ 0x0E7), settings.IsOrderly, settings.RepeatsMessages);
        _folder = Path.Combine(Database.Root, $"world-{Interlocked.Increment(ref _worlds)}");
        Directory.CreateDirectory(_folder);
        _database = new Database(_folder);
        Truth = new StoredTruth(_database.Path);
        Probes = new ProbeLog(this);
        Claims = new Claims(this);
        Consumers = new Consumers(this);
        Counters = new CounterLog(this);
        Twins = new Twins(this);
        Server = new ServerMachine(this, _database);
        Agents = [.. Enumerable.Range(1, settings.Agents).Select(n => new AgentMachine(this, $"dmona{n}", _folder))];
        Client = new Client(this);
        _invariants =
        [
            new OneJudge(), new VerdictsAreCurrent(), new JournalGrows(), new EveryStateIsTold(), new OperationsEnd(),
            new NoFalseOutage(), new OneOutage(), new OutcomesMatchTheTable(), new EveryVmHasItsJudge(),
            new AlarmsAreTrue(), new AlarmsAreRaised(), new CountersAreKept(),
        ];
        Populate();
    }

    public WorldSettings Settings { get; }

    public Scheduler Scheduler { get; }

    /// <summary>Draws what the world does: faults, requests.</summary>
    public Random Random { get; }

    public Transcript Log { get; }

    public Names Names { get; } = new();

    public SeededIds Ids { get; } = new();

    /// <summary>What is done in no process: faults, clients.</summary>
    public Node Outside { get; }

    public Net Net { get; }

    public StoredTruth Truth { get; }

    public ProbeLog Probes { get; }

    public Claims Claims { get; }

    public Consumers Consumers { get; }

    public CounterLog Counters { get; }

    public Twins Twins { get; }

    public ServerMachine Server { get; }

    public ImmutableArray<AgentMachine> Agents { get; }

    public Client Client { get; }

    public ImmutableArray<SimulatedVm> Vms { get; private set; } = [];

    public ImmutableArray<VnfInstanceId> Vnfs { get; private set; } = [];

    /// <summary>What was violated, each line beginning with the invariant's name; empty as long as all is
    /// well.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>A step of the scheduler at which something is done between two awaits.</summary>
    public (long Step, Action Act)? Ambush { get; set; }

    /// <summary>A scenario's eye on the store.</summary>
    public Action<Commit> Watching { get; set; } = _ => { };

    /// <summary>Begins: everything boots.</summary>
    public void Begin()
    {
        Scheduler.Begin();
        Committed();
        Server.Start();
        foreach (var agent in Agents)
        {
            agent.Start();
        }

        LookLater();
    }

    /// <summary>Lets time pass until then, or until something is violated.</summary>
    public void RunTo(TimeSpan end)
    {
        while (_violations.Count == 0 && Scheduler.Step(end))
        {
            if (Ambush is { } ambush && Scheduler.Steps >= ambush.Step)
            {
                Ambush = null;
                ambush.Act();
            }
        }

        foreach (var escape in Scheduler.Escapes)
        {
            Violate("one-thread", escape);
        }
    }

    /// <summary>Judges the world at its end.</summary>
    public void End()
    {
        CollectHoldings();
        foreach (var invariant in _violations.Count == 0 ? _invariants : [])
        {
            invariant.Ended(this);
        }
    }

    public void After(TimeSpan delay, Action action) => Scheduler.After(delay, Outside, action);

    public void Violate(string invariant, string message)
    {
        Log.Say("VIOLATED", $"{invariant}: {message}");
        _violations.Add($"{invariant}: {Names.In(message)}");
    }

    /// <summary>A process threw what it should not, or has ended by itself.</summary>
    public void Threw(Node node, Exception thrown)
    {
        if (!node.IsDead)
        {
            Violate("processes-live", $"{node.Name}: {thrown}");
        }
    }

    /// <summary>The manager's writer has committed, and nobody was told yet.</summary>
    public void Committed()
    {
        var endOfLog = Truth.EndOfLog;
        var commit = Truth.Read(Scheduler.Now);
        Consumers.Committed(endOfLog, Truth.EndOfLog);
        Claims.Stored(commit);
        foreach (var (before, after) in commit.Occurrences)
        {
            if (before?.State != after.State)
            {
                _entered[after.Id.ToString()] = Scheduler.Now;
            }
        }

        Tell(commit);
        foreach (var invariant in _invariants)
        {
            invariant.Committed(this, commit);
        }

        Watching(commit);
    }

    public TimeSpan EnteredAt(VnfLcmOpOcc operation) => _entered[operation.Id.ToString()];

    public void Dispose()
    {
        foreach (var agent in Agents)
        {
            agent.Kill(withItsMachine: false);
        }

        Server.Dispose();
        Truth.Dispose();
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void LookLater() => After(LookEvery, () =>
    {
        foreach (var invariant in _invariants)
        {
            invariant.Looked(this);
        }

        LookLater();
    });

    /// <summary>Whether nothing stands between a VM's judge and its eyes, and between it and the manager.</summary>
    /// <remarks>One that is unwell takes no silence for granted, rightly.</remarks>
    public bool IsSeenByItsJudge(Vnfc row)
    {
        if (Server.ServesSince is null || Server.Node.IsFrozen || row.Monitor != MonitorState.Set)
        {
            return false;
        }

        if (row.Agent == AgentAddress.LocalName)
        {
            return !Server.Get<WatchEngine>().IsUnwell;
        }

        var agent = Agents.Single(agent => agent.Name == row.Agent);
        return agent.RunsSince is not null
            && !agent.Node.IsFrozen
            && agent.Engine is { IsUnwell: false }
            && !Net.IsApart(agent.Name)
            && !Net.IsSlow(agent.Name)
            && Server.Get<AgentDirectory>().Find(agent.Name) is { State: AgentState.Online };
    }
}
