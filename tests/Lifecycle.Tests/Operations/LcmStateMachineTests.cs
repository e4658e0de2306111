using Watchkeeper.Lifecycle.Operations;
using static Watchkeeper.Lifecycle.Operations.LcmOperationState;

namespace Lifecycle.Tests.Operations;

public sealed class LcmStateMachineTests
{
    // SOL003 5.6.2.2 read afresh, state by state: what each trigger leads to, "-" for nowhere. In the order of the
    // triggers:
    // admitted, refused, succeeded, interrupted, retry, rollback, fail.
    private static readonly Dictionary<string, string> Table = new()
    {
        ["Starting"] = "Processing RolledBack - - - - -",
        ["Processing"] = "- - Completed FailedTemp - - -",
        ["Completed"] = "- - - - - - -",
        ["FailedTemp"] = "- - - - Processing RollingBack Failed",
        ["Failed"] = "- - - - - - -",
        ["RollingBack"] = "- - RolledBack FailedTemp - - -",
        ["RolledBack"] = "- - - - - - -",
    };

    [Fact]
    public void All_forty_nine_pairs_lead_where_the_standard_says()
    {
        var states = Enum.GetValues<LcmOperationState>();
        var triggers = Enum.GetValues<LcmTrigger>();
        (states.Length * triggers.Length).ShouldBe(49);
        foreach (var state in states)
        {
            var row = Table[state.ToString()].Split(' ');
            foreach (var trigger in triggers)
            {
                var moves = LcmStateMachine.TryMove(state, trigger, out var to);
                (moves ? to.ToString() : "-").ShouldBe(row[(int)trigger], $"{state} × {trigger}");
                if (!moves)
                {
                    to.ShouldBe(state);
                }
            }
        }
    }

    [Fact]
    public void The_ends_are_the_states_that_nothing_leaves() => Enum.GetValues<LcmOperationState>()
        .Where(LcmStateMachine.IsEnd).ShouldBe([Completed, Failed, RolledBack]);
}
