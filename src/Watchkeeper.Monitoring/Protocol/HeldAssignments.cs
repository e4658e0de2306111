using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>What this agent was asked to watch and was not told to leave: kept for a start without a manager.</summary>
/// <remarks>
/// Only the assignments, not the counts: those of the last set would be stale, and an agent that starts afresh says so.
/// A sleeper stays until it is released: nobody else may be watching yet.
/// </remarks>
public sealed class HeldAssignments(ImmutableArray<Assignment> stored)
{
    private readonly Lock _lock = new();
    private readonly Signal _changed = new();
    private ImmutableDictionary<TargetId, Assignment> _held =
        stored.ToImmutableDictionary(assignment => assignment.Target, assignment => assignment with { Carried = [] });

    /// <summary>All of them, in the order of their ids.</summary>
    public ImmutableArray<Assignment> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _held.Values.OrderBy(assignment => assignment.Target.Value)];
            }
        }
    }

    /// <summary>Returns when something changed since the last return; whoever keeps the file writes it then.</summary>
    public Task WaitForChangeAsync(CancellationToken cancellationToken) => _changed.WaitAsync(cancellationToken);

    /// <summary>Keeps those that were set.</summary>
    public void Set(ImmutableArray<Assignment> asked, ImmutableArray<SetOutcome> outcomes)
    {
        var set = outcomes.Where(outcome => outcome.IsSet)
            .Select(outcome => new TargetEpoch(outcome.Target, outcome.Epoch))
            .ToHashSet();
        lock (_lock)
        {
            _held = _held.SetItems(asked
                .Where(assignment => set.Contains(new TargetEpoch(assignment.Target, assignment.Epoch)))
                .Where(assignment => !_held.TryGetValue(assignment.Target, out var had) || had.Epoch < assignment.Epoch)
                .Select(assignment => KeyValuePair.Create(assignment.Target, assignment with { Carried = [] })));
        }

        _changed.Raise();
    }

    /// <summary>Forgets targets, up to and including the epochs given.</summary>
    public void Leave(IEnumerable<TargetEpoch> targets)
    {
        lock (_lock)
        {
            _held = _held.RemoveRange(targets
                .Where(target => _held.TryGetValue(target.Target, out var had) && had.Epoch <= target.Epoch)
                .Select(target => target.Target));
        }

        _changed.Raise();
    }
}
