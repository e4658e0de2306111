namespace Watchkeeper.Server.Agents.Reconciling;

/// <summary>Room that is kept on an agent until the VMs that take it are assigned.</summary>
internal sealed class Rooms(AgentDirectory directory, CapacityLedger ledger)
{
    /// <summary>Keeps room for as many VMs as the agent has room for.</summary>
    public Room Keep(string agent, int wanted)
    {
        var capacity = directory.Find(agent)?.Capacity ?? 0;
        var (key, granted) = ledger.ReserveUpTo(agent, capacity, wanted);
        return new Room(ledger, key, granted);
    }
}

/// <summary>The room that was kept; given back when it is disposed of.</summary>
internal sealed class Room(CapacityLedger ledger, Guid key, int granted) : IDisposable
{
    /// <summary>For how many VMs.</summary>
    public int Granted => granted;

    /// <inheritdoc />
    public void Dispose() => ledger.Release(key);
}
