namespace Watchkeeper.Server.Agents;

/// <summary>
/// Room on agents that operations have reserved but not used yet, so that parallel moves can't overfill one.
/// </summary>
internal sealed class CapacityLedger(Assignments assignments)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Reservation> _reservations = [];
    private int _numbered;

    /// <summary>Reserves room for an operation; asking again for the same operation replaces its reservation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="agent">The agent that is to take the targets.</param>
    /// <param name="capacity">The targets that the agent takes at most.</param>
    /// <param name="targets">The targets that it is to take.</param>
    /// <returns>Whether there is room for all of them.</returns>
    public bool TryReserve(Guid operation, string agent, int capacity, int targets)
    {
        lock (_lock)
        {
            _reservations.Remove(operation);
            if (assignments.CountOf(agent) + ReservedOn_NeedsLock(agent) + targets > capacity)
            {
                return false;
            }

            _reservations[operation] = new Reservation(agent, targets);
            return true;
        }
    }

    /// <summary>
    /// Reserves room for as many of some targets as there is; the reservation is released by its key.
    /// </summary>
    /// <returns>The key, and for how many targets there is room.</returns>
    public (Guid Key, int Granted) ReserveUpTo(string agent, int capacity, int targets)
    {
        lock (_lock)
        {
            var free = capacity - assignments.CountOf(agent) - ReservedOn_NeedsLock(agent);
            var granted = Math.Clamp(free, 0, targets);

            // Numbered, and so no operation's id.
            var key = new Guid(++_numbered, 0, 0, new byte[8]);
            _reservations[key] = new Reservation(agent, granted);
            return (key, granted);
        }
    }

    /// <summary>Gives the room back: its targets are assigned now, or will not be.</summary>
    public void Release(Guid operation)
    {
        lock (_lock)
        {
            _reservations.Remove(operation);
        }
    }

    private int ReservedOn_NeedsLock(string agent) => _reservations.Values
        .Where(other => string.Equals(other.Agent, agent, StringComparison.Ordinal))
        .Sum(other => other.Targets);

    private sealed record Reservation(string Agent, int Targets);
}
