using static Watchkeeper.Lifecycle.Operations.LcmOperationState;
using static Watchkeeper.Lifecycle.Operations.LcmTrigger;

namespace Watchkeeper.Lifecycle.Operations;

/// <summary>One arrow of the state machine.</summary>
/// <param name="From">The state that is left.</param>
/// <param name="Trigger">What happens.</param>
/// <param name="To">The state that is entered.</param>
public sealed record LcmArrow(LcmOperationState From, LcmTrigger Trigger, LcmOperationState To);

/// <summary>The only place that says which state follows which (SOL003 5.6.2.2).</summary>
public static class LcmStateMachine
{
    // Written as an expression, so that a mutation test can change an arrow and see it noticed.
    /// <summary>The nine arrows.</summary>
    public static ImmutableArray<LcmArrow> Arrows =>
    [
        new(Starting, Admitted, Processing),
        new(Starting, Refused, RolledBack),

        new(Processing, Succeeded, Completed),
        new(Processing, Interrupted, FailedTemp),

        new(FailedTemp, RetryRequested, Processing),
        new(FailedTemp, RollbackRequested, RollingBack),
        new(FailedTemp, FailRequested, Failed),

        new(RollingBack, Succeeded, RolledBack),
        new(RollingBack, Interrupted, FailedTemp),
    ];

    private static ImmutableArray<LcmArrow> Table { get; } = Arrows;

    /// <summary>Whether a trigger moves a state, and where to; the state itself when it does not.</summary>
    public static bool TryMove(LcmOperationState from, LcmTrigger trigger, out LcmOperationState to)
    {
        foreach (var arrow in Table)
        {
            if (arrow.From == from && arrow.Trigger == trigger)
            {
                to = arrow.To;
                return true;
            }
        }

        to = from;
        return false;
    }

    /// <summary>Whether no arrow leaves a state.</summary>
    public static bool IsEnd(LcmOperationState state) => !Table.Any(arrow => arrow.From == state);
}
