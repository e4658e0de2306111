using System.Text.Json;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Storage;

/// <summary>Rows with every attribute filled, as tests need them.</summary>
internal static class Samples
{
    public static DateTimeOffset Noon { get; } = new(2026, 5, 1, 12, 0, 0, 123, TimeSpan.Zero);

    public static Guid Id(int number) => new(number, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1);

    public static VnfInstance Instance(int number) => new()
    {
        Id = new(Id(number)),
        Name = "web \"front\" é",
        Description = "the front",
        Vnfd = new VnfdReference
        {
            VnfdId = "vnfd-web",
            PackageId = Id(9),
            Provider = "Acme",
            ProductName = "Web",
            SoftwareVersion = "1.0",
            VnfdVersion = "2.0",
            AgentKey = "MONITORING_AGENT",
            ExtensionKeys = ["MONITORING_AGENT"],
            ConfigurableKeys = ["isAutohealEnabled"],
        },
        CreatedAt = Noon,
        IsInstantiated = true,
        Deployment = new Deployment
        {
            FlavourId = "default",
            InstantiationLevelId = "level-1",
            VimKind = "HOST",
            VimConnectionId = "vim1",
            Agent = Agent("dmona://dmona1"),
            ScaleStatus = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add("b", 2).Add("B", 1),
            MaxScaleLevels = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add("b", 4),
            Inputs = Pairs.None.Add("POLL_SECONDS", JsonElement.Parse("3")),
        },
        AgentKey = "MONITORING_AGENT",
        Extensions = Pairs.None.Add("MONITORING_AGENT", Pairs.Text("dmona://dmona1")),
        ConfigurableProperties = Pairs.None.Add("isAutohealEnabled", JsonElement.Parse("true")),
        Metadata = Pairs.None.Add("b", JsonElement.Parse("""{"x":[1,2]}""")).Add("B", JsonElement.Parse("null")),
    };

    public static AgentAddress Agent(string text) =>
        AgentAddress.TryParse(text, out var address, out var whyNot)
            ? address
            : throw new ArgumentException(whyNot, nameof(text));

    public static VnfLcmOpOcc Operation(int number, int instance) => new()
    {
        Id = new(Id(number)),
        VnfInstanceId = new(Id(instance)),
        Operation = LcmOperationType.MonitoringMigration,
        PlanVersion = 1,
        StartTime = Noon,
        StateEnteredTime = Noon,
        Parameters = JsonElement.Parse("""{"monitoring_agent":"dmonaName://dmona2","key":"MONITORING_AGENT"}"""),
    };

    public static WatchedVnfc Vnfc(int number, int instance) => new(
        new Vnfc
        {
            Id = new(Id(number)),
            VnfInstanceId = new(Id(instance)),
            VduId = "web",
            Address = "127.64.0.1",
            VimResourceId = "vm-1",
            State = VmState.Alive,
            Monitor = MonitorState.Set,
            Agent = "dmona1",
            Epoch = 4,
        },
        new VnfcMonitoring(
            [
                new Kpi
                {
                    EventName = "VM_ALIVE",
                    Collector = CollectorKind.HttpGet,
                    PollFrequency = TimeSpan.FromSeconds(3),
                    Timeout = TimeSpan.FromMilliseconds(500),
                    OccurrencesFalse = 3,
                    Port = 8080,
                    IsAliveness = true,
                },
            ],
            [new KpiRule("VM_ALIVE", ["ALWAYS log", "FALSE recover autohealing"])],
            TimeSpan.FromSeconds(60)));

    public static CoreEvent Event(int number, int instance) => new(
        "SERVICE_UPDATED", "SUCCESS", new(Id(instance)), new VnfcId(Id(1)), new OperationId(Id(2)), "dmona1", 3,
        $"event {number}", Noon.AddMinutes(number));
}
