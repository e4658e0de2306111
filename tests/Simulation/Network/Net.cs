using Simulation.Scheduling;

namespace Simulation.Network;

/// <summary>The network between the agents and the manager: slow, cut, and back again.</summary>
internal sealed class Net(Random random, bool isOrderly, bool repeats)
{
    private readonly HashSet<string> _apart = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _slow = new(StringComparer.Ordinal);
    private readonly List<SimulatedLink> _links = [];

    /// <summary>Whether an agent and the manager can't reach each other.</summary>
    public bool IsApart(string agent) => _apart.Contains(agent);

    /// <summary>How long the next message takes: mostly a millisecond, at times a few, on a slow way long.</summary>
    public TimeSpan Latency(string agent)
    {
        if (isOrderly)
        {
            return TimeSpan.FromMilliseconds(1);
        }

        var usual = random.Next(20) == 0 ? random.NextDouble() * 30 : 0.2 + random.NextDouble();
        return TimeSpan.FromMilliseconds(usual) + (_slow.GetValueOrDefault(agent) * random.NextDouble());
    }

    /// <summary>Whether a message comes twice.</summary>
    public bool IsRepeated() => repeats && random.Next(20) == 0;

    /// <summary>Whether messages of an agent take long.</summary>
    public bool IsSlow(string agent) => _slow.ContainsKey(agent);

    public void Slow(string agent, TimeSpan by) => _slow[agent] = by;

    public void Part(string agent) => _apart.Add(agent);

    public void Heal(string agent)
    {
        _slow.Remove(agent);
        _apart.Remove(agent);
        foreach (var link in _links.Where(link => link.Agent == agent))
        {
            link.Resume();
        }
    }

    public void Opened(SimulatedLink link)
    {
        _links.RemoveAll(other => other.IsOver);
        _links.Add(link);
    }

    /// <summary>Resets every link of an agent, as a box on the way does; messages on the way are lost.</summary>
    public void Reset(string agent)
    {
        foreach (var link in _links.Where(link => link.Agent == agent && !link.IsOver))
        {
            link.Reset("reset by the network");
        }
    }

    /// <summary>A process is gone: its peers are told by its kernel, or not at all when its machine went too.</summary>
    public void Died(Node node, bool withItsMachine)
    {
        foreach (var link in _links.Where(link => link.IsOf(node)))
        {
            link.Orphan(node, withItsMachine);
        }
    }
}
