using System.Text.RegularExpressions;
using Simulation.Faults;
using Simulation.Truth;

namespace Simulation;

/// <summary>Worlds that never meet what they are to be judged by would prove nothing.</summary>
public sealed class RarityTests
{
    private const int Seeds = 48;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly ImmutableArray<string> Rare =
    [
        "Guards watch [1-9]", "Brought [1-9].* home from their guards", "is Offline",
        "is Suspect",
        "Dropped a verdict", "The agent is unwell", "SetFailed", "VM_ALIVE FAILURE", "VM_SET_MONITOR_STATUS SUCCESS",
        "SVC_SET_MONITOR_STATUS PARTIAL_FAILURE", "SERVICE_UPDATED FAILURE", "COMPLETED", "ROLLED_BACK", "FAILED ",
        "client     retry .*: 202", "client     rollback .*: 202", "client     fail .*: 202",
        "client     cancel .*: 404",
        "client     disable .*: 204", "client     disable .*: 409", "client     enable .*: 204",
        "was disabled on request. Enable it before migrating",
        "alarm      VM_UNWATCHED .* raised", "alarm      OPERATION_FAILED_TEMP .* raised",
        "alarm      AGENT_LOST .* raised", "alarm      VM_DOWN .* raised",
        "unsubscribe: 204", "late1 is told", "wall clock .* jumps", "stands still", "its judge, is apart",
        "is killed with", "server is killed",
        "is reset", "DRILL hang-unset", "DRILL refuse-unset", "DRILL hang-set", "DRILL refuse-set",
        "consumers are deaf", "does not see", "local_mona probes", "was not delivered",
    ];

    [Fact]
    public void Some_worlds_meet_all_that_is_rare()
    {
        var left = Rare.ToList();
        for (var seed = 1; seed <= Seeds && left.Count > 0; seed++)
        {
            using var world = Chaos.Run(WorldDraw.Of(seed, TranscriptDetail.Everything));
            var text = world.Log.Text;
            left.RemoveAll(rare => Regex.IsMatch(text, rare, RegexOptions.None, Patience));
        }

        left.ShouldBeEmpty();
    }
}
