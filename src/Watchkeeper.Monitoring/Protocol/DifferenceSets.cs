using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Sets what a difference or a file asks for.</summary>
public static class DifferenceSets
{
    /// <summary>Sets all: a refusal stops the rest of a batch, and here is no reason to leave that unwatched.</summary>
    public static async Task<ImmutableArray<SetOutcome>> ApplyAsync(
        ILinkedEngine engine, ImmutableArray<Assignment> assignments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var outcomes = ImmutableArray.CreateBuilder<SetOutcome>(assignments.Length);
        while (outcomes.Count < assignments.Length)
        {
            var some = await engine.TakeUpAsync(assignments[outcomes.Count..], cancellationToken);
            if (some.IsEmpty)
            {
                throw new InvalidOperationException("The engine answered a set with nothing.");
            }

            outcomes.AddRange(some);
        }

        return outcomes.DrainToImmutable();
    }
}
