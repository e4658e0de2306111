using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Drills;

/// <summary>The names of journal points: the commits of an occurrence.</summary>
/// <remarks>
/// A step's outcome is named by the step (<c>set-monitor</c>, in a rollback <c>rollback/set-monitor</c>), the entry of
/// a state by the state (<c>COMPLETED</c>); a commit of both has both names. Each may be told apart by its operation:
/// <c>MONITORING_MIGRATION/set-monitor</c>.
/// </remarks>
internal static class JournalPoints
{
    /// <summary>Whether a commit is the one that a drill means.</summary>
    /// <param name="what">For example <c>before:set-monitor</c>.</param>
    /// <param name="point">The commit.</param>
    /// <param name="isStored">Whether it is stored already.</param>
    public static bool Matches(string what, JournalPoint point, bool isStored)
    {
        var parts = what.Split(':', 2);
        return parts[0] == (isStored ? "after" : "before") && NamesOf(point).Contains(parts[1], StringComparer.Ordinal);
    }

    /// <summary>Every name of a commit.</summary>
    public static IEnumerable<string> NamesOf(JournalPoint point)
    {
        var operation = Spelling.Of(point.Occurrence.Operation);
        if (point.Step is { } step)
        {
            var name = NameOf(step, point.Occurrence.IsBackward);
            yield return name;
            yield return $"{operation}/{name}";
        }

        if (point.IsStateEntered)
        {
            var state = Spelling.Of(point.Occurrence.State);
            yield return state;
            yield return $"{operation}/{state}";
        }
    }

    /// <summary>Every journal point that there is, by operation, for people and for what a drill may name.</summary>
    public static IEnumerable<string> All(PlanCatalog plans) => plans.All
        .SelectMany(plan => StepsOf(plan).Concat(Enum.GetValues<LcmOperationState>().Select(Spelling.Of))
            .SelectMany(name => new[] { name, $"{Spelling.Of(plan.Operation)}/{name}" }))
        .Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> StepsOf(OperationPlan plan) =>
        plan.Preparation.Concat(plan.Forward).SelectMany(step => NamesOf(step, isBackward: false))
            .Concat(plan.Backward.SelectMany(step => NamesOf(step, isBackward: true)));

    private static IEnumerable<string> NamesOf(PlannedStep step, bool isBackward) =>
        (step.Amend is { } amend ? [step.Name, amend] : new[] { step.Name })
            .Select(name => NameOf(name, isBackward));

    private static string NameOf(StepName step, bool isBackward) => isBackward ? $"rollback/{step}" : step.Value;
}
