using System.Text.Json;
using Simulation.Machines;
using Simulation.Truth;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Simulation;

/// <content>Who lives in the world, how they are found, and what is told of them.</content>
internal sealed partial class World
{
    private readonly Dictionary<string, SimulatedVm> _byAddress = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<Holding>> _holdings = new(StringComparer.Ordinal);
    private readonly HashSet<(string Agent, string Address)> _blind = [];
    private int _secrets;
    private HashSet<(string Code, string Subject)> _alarms = [];

    /// <summary>Whether callbacks are refused just now.</summary>
    public bool AreConsumersDeaf { get; set; }

    public SimulatedVm VmAt(string address) => _byAddress[address];

    public SimulatedVm VmOf(VnfcId id) => Vms.Single(vm => vm.Id == id);

    /// <summary>The name of an agent by its number; 0 is the local MONA.</summary>
    public static string AgentName(int number) => number == 0 ? AgentAddress.LocalName : $"dmona{number}";

    /// <summary>Whether an agent's probes to a VM get lost.</summary>
    public bool IsBlind(string agent, SimulatedVm vm) => _blind.Contains((agent, vm.Address));

    public void Blind(string agent, SimulatedVm vm) => _blind.Add((agent, vm.Address));

    public void See() => _blind.Clear();

    public TimeSpan ProbeLatency() =>
        TimeSpan.FromMilliseconds(Settings.IsOrderly ? 1 : 0.1 + (_probing.NextDouble() * 5));

    public TimeSpan CallbackLatency() =>
        TimeSpan.FromMilliseconds(Settings.IsOrderly ? 1 : 1 + (_probing.NextDouble() * 30));

    public bool IsConsumerDeaf(Uri uri) => AreConsumersDeaf && uri == Consumers.All[0].Uri;

    public bool IsAnswerLost() => Settings.HasConsumerFaults && _probing.Next(10) == 0;

    public byte[] NewSecret()
    {
        var secret = new byte[32];
        BitConverter.TryWriteBytes(secret, ++_secrets);
        return secret;
    }

    /// <summary>Who watches a VM, each with its epoch; as the engines said at the end.</summary>
    public List<string> WatchersOf(SimulatedVm vm) =>
    [
        .. _holdings.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => pair.Value
            .Where(holding => holding.Target == vm.Target && holding.IsWatched)
            .Select(holding => $"{pair.Key} {holding.Epoch.Value}")),
    ];

    private void CollectHoldings()
    {
        if (Server.IsRunning)
        {
            Server.Node.Run(() => _ = AskAsync(AgentAddress.LocalName, Server.Get<WatchEngine>()));
        }

        foreach (var agent in Agents.Where(agent => agent.Engine is not null))
        {
            agent.Node.Run(() => _ = AskAsync(agent.Name, agent.Engine!));
        }

        RunTo(Scheduler.Now + TimeSpan.FromMilliseconds(1));
    }

    private async Task AskAsync(string agent, WatchEngine engine) =>
        _holdings[agent] = await engine.HoldingsAsync(CancellationToken.None);

    private void Populate()
    {
        var writes = new List<Write>();
        foreach (var (vms, vnf) in Settings.Vnfs.Select((vms, index) => (vms, index + 1)))
        {
            var instance = InstanceOf(vnf);
            Names.Give(instance.Id.Value, instance.Name!);
            Vnfs = Vnfs.Add(instance.Id);
            writes.Add(InstanceTable.Insert(instance));
            for (var n = 1; n <= vms; n++)
            {
                var vm = new SimulatedVm(
                    $"vm{vnf}{(char)('a' + n - 1)}", new VnfcId(SeededIds.Number(3, (vnf * 100) + n)),
                    $"10.0.{vnf}.{n}");
                Names.Give(vm.Id.Value, vm.Name);
                Vms = Vms.Add(vm);
                _byAddress[vm.Address] = vm;
                writes.Add(VnfcTable.Insert(RowOf(vm, instance)));
            }
        }

        foreach (var consumer in Consumers.All)
        {
            writes.Add(SubscriptionTable.Insert(new SubscriptionRow(
                consumer.Id, consumer.Uri.AbsoluteUri,
                consumer.Filter is { } filter ? JsonElement.Parse(filter) : null, Authentication: null, "FULL", 0, 0,
                Outside.Clock.GetUtcNow())));
        }

        if (Settings.Fault?.Trigger is { } trigger)
        {
            writes.Add(new Write(trigger, []));
        }

        _database.Fill(writes);
    }

    private VnfInstance InstanceOf(int vnf) => new()
    {
        Id = new VnfInstanceId(SeededIds.Number(2, vnf)),
        Name = $"vnf{vnf}",
        Vnfd = new VnfdReference
        {
            VnfdId = "simulated", PackageId = Guid.Empty, Provider = "Acme", ProductName = "Simulated",
            SoftwareVersion = "1.0", VnfdVersion = "1.0", AgentKey = "MONITORING_AGENT",
        },
        CreatedAt = Outside.Clock.GetUtcNow(),
        IsInstantiated = true,
        AgentKey = "MONITORING_AGENT",
        Deployment = new Deployment
        {
            FlavourId = "default",
            VimKind = "SIMULATOR",
            Agent = AgentAddress.Of(AgentName(Settings.FirstAgent(vnf))),
        },
    };

    private WatchedVnfc RowOf(SimulatedVm vm, VnfInstance instance) => new(
        new Vnfc
        {
            Id = vm.Id, VnfInstanceId = instance.Id, VduId = "vdu", Address = vm.Address, VimResourceId = vm.Name,
            Agent = instance.Deployment!.Agent.Name, Epoch = 1,
            State = Settings.IsDisabled(vm.Name) ? VmState.MonitorUnset : VmState.Alive,
            Monitor = Settings.IsDisabled(vm.Name) ? MonitorState.Unset : MonitorState.Unwatched,
        },
        new VnfcMonitoring(
            [
                new Kpi
                {
                    EventName = "VM_ALIVE", Collector = CollectorKind.IcmpPing, PollFrequency = Poll,
                    Timeout = TimeSpan.FromMilliseconds(400), OccurrencesFalse = MostSilences, IsAliveness = true,
                },
            ],
            [],
            TimeSpan.FromSeconds(60)));

    // The story of a commit.
    private void Tell(Commit commit)
    {
        if (Settings.Detail == TranscriptDetail.None)
        {
            return;
        }

        foreach (var (before, after) in commit.Occurrences.Where(change => change.Before?.State != change.After.State))
        {
            Log.Say("store", $"{Names.Of(after.Id)} of {Names.Of(after.VnfInstanceId)} {Spelling.Of(after.State)}"
                + (after.Fault is { } fault ? $" ({fault.Detail})" : ""));
        }

        foreach (var (before, after) in commit.Instances.Where(change => change.Before is not null))
        {
            Log.Say("store", $"{after.Name} is deployed with {after.Deployment!.Agent.Name}");
        }

        foreach (var (before, after) in commit.Vnfcs)
        {
            Log.Say("store", $"{Names.Of(after.Vnfc.Id)} {after.Vnfc.State} {after.Vnfc.Agent} {after.Vnfc.Epoch} "
                + after.Vnfc.Monitor);
        }

        foreach (var (code, subject) in Truth.OpenAlarms.Except(_alarms))
        {
            Log.Say("alarm", $"{code} of {subject} is raised");
        }

        foreach (var (code, subject) in _alarms.Except(Truth.OpenAlarms))
        {
            Log.Say("alarm", $"{code} of {subject} is cleared");
        }

        _alarms = Truth.OpenAlarms;
        foreach (var stored in commit.Events)
        {
            Log.Say("event", $"{stored.Event.Type} {stored.Event.Status}: {stored.Event.Detail}");
        }
    }
}
