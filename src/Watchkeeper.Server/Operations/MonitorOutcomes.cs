using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;

namespace Watchkeeper.Server.Operations;

/// <summary>What a step makes of the answers of agents.</summary>
internal static class MonitorOutcomes
{
    /// <summary>Done when every agent has left its VMs; else a failure that names those that may go on.</summary>
    public static StepOutcome Of(ImmutableArray<UnsetResult> results)
    {
        var failed = results.Where(result => result.Refusal is not null).ToList();
        return failed.Count == 0
            ? new StepOutcome.Done()
            : new StepOutcome.Failed(OperationFaults.UnsetFailed(
                string.Join(", ", failed.Select(result => result.Vnfc.Vnfc.Agent).Distinct(StringComparer.Ordinal)),
                string.Join(", ", failed.Select(result => result.Vnfc.Vnfc.Id.ToString())),
                failed[0].Refusal!));
    }

    /// <summary>
    /// Done when the agent has taken every VM; else a failure that names the first that it did not take.
    /// </summary>
    public static StepOutcome Of(string agent, IEnumerable<SetResult> results) =>
        results.FirstOrDefault(result => result.Refusal is not null) is { } refused
            ? new StepOutcome.Failed(OperationFaults.SetFailed(
                agent, refused.Vnfc.Vnfc.Id.ToString(), refused.Refusal!))
            : new StepOutcome.Done();
}
