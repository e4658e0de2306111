using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Monitoring.Rules;

namespace Server.Tests.Agents;

/// <summary>Targets, assignments and reports for tests.</summary>
internal static class Some
{
    public const string Token = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    public const string Key = "aabbccddeeff0011aabbccddeeff0011aabbccddeeff0011aabbccddeeff0011";

    public static TargetId Target(int number) => new(new Guid(number, 0, 0, new byte[8]));

    public static TargetEpoch At(int number, long epoch = 1) => new(Target(number), new AssignmentEpoch(epoch));

    public static ImmutableArray<TargetEpoch> AtMany(int count) => [.. Enumerable.Range(0, count).Select(n => At(n))];

    public static Assignment Assignment(int number, long epoch = 1) => new(
        Target(number), new AssignmentEpoch(epoch), "127.64.0.1",
        [
            new Kpi
            {
                EventName = "VM_ALIVE",
                Collector = CollectorKind.IcmpPing,
                PollFrequency = TimeSpan.FromSeconds(3),
                Timeout = TimeSpan.FromSeconds(1),
                IsAliveness = true,
            },
        ],
        []);

    public static ImmutableArray<Assignment> Assignments(int count) =>
        [.. Enumerable.Range(0, count).Select(n => Assignment(n))];

    public static SetOutcome IsSet(Assignment assignment) => new(assignment.Target, assignment.Epoch, null);

    public static MonitorReport Report(int number, long epoch = 1, bool isVerdict = true, bool believed = true) => new(
        Target(number), new AssignmentEpoch(epoch), isVerdict,
        [
            new CarriedKpi(
                "VM_ALIVE", new KpiState(believed, 1, 0), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), 1),
        ],
        null);

    public static AgentMessage.Hello Hello(
        string name = "dmona1", string? token = Token, string? key = Key, int process = 1, int capacity = 1_000) =>
        new(name, token, key, "default", capacity, "1.2.3", new Guid(process, 0, 0, new byte[8]));
}
