using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents.Link;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Whether an agent lives. Never a verdict on its targets.</summary>
internal enum AgentState
{
    /// <summary>Its link is up and its lease runs.</summary>
    Online,

    /// <summary>Its heartbeats fail, or its link broke, less than a lease ago.</summary>
    Suspect,

    /// <summary>It is gone.</summary>
    Offline,
}

/// <summary>Where an agent runs.</summary>
internal enum AgentKind
{
    /// <summary>In the manager's process.</summary>
    Local,

    /// <summary>In a process of its own.</summary>
    Distributed,
}

/// <summary>One agent as it is known now.</summary>
internal sealed record AgentView(
    string Name,
    AgentKind Kind,
    AgentState State,
    bool IsDraining,
    int Capacity,
    int Monitors,
    double ProbesPerSecond,
    DateTimeOffset? LastSeen,
    string Software,
    string Site);

/// <summary>The agents we know, and which are alive.</summary>
internal sealed class AgentDirectory(IAgentRegistry registry, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan SettledLook = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();

    // One change of a stored row at a time: of two first joins under one name, one gets the key.
    private readonly Turn _rows = new();
    private ImmutableSortedDictionary<string, KnownAgent> _agents =
        ImmutableSortedDictionary.Create<string, KnownAgent>(StringComparer.Ordinal);

    /// <summary>What is known of an agent; null when none of that name ever joined.</summary>
    public AgentView? Find(string name) => Known(name) is { } agent ? View(agent) : null;

    /// <summary>All agents, the local MONA first, then by name.</summary>
    public ImmutableArray<AgentView> All() =>
        [.. Snapshot().Values.OrderBy(agent => agent.Kind).Select(View)];

    /// <summary>The way to talk to an agent. Its methods throw <see cref="AgentLostException"/> when it is not
    /// ONLINE.</summary>
    public IMonitoringAgent Reach(string name) => new ReachedAgent(this, name);

    /// <summary>The last state that an agent reported of a target under an epoch, moved on by the time since; empty
    /// when none is known.</summary>
    public ImmutableArray<CarriedKpi> LastReported(string name, TargetEpoch target) =>
        Known(name)?.Reports.Find(target) ?? [];

    /// <summary>
    /// Waits while an agent is SUSPECT: within its grace it is back or lost. After a start of the manager all are
    /// SUSPECT.
    /// </summary>
    public async Task SettledAsync(string name, CancellationToken cancellationToken)
    {
        while (Known(name) is { State: AgentState.Suspect })
        {
            await Task.Delay(SettledLook, time, cancellationToken);
        }
    }

    /// <summary>Reads the agents that ever joined: they have a while to come back before they are lost.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var rows = await registry.AllAsync(cancellationToken);
        lock (_lock)
        {
            _agents = _agents.SetItems(rows
                .Where(row => !_agents.ContainsKey(row.Name))
                .Select(row => KeyValuePair.Create(row.Name, New(row, AgentState.Suspect))));
        }
    }

    /// <summary>Registers the agent inside the manager. It is always ONLINE.</summary>
    public void AddLocal(IMonitoringAgent engine, int capacity, string software, string site)
    {
        var row = new AgentRow(
            AgentAddress.LocalName, site, capacity, software, [], false, time.GetUtcNow(), time.GetUtcNow());
        lock (_lock)
        {
            _agents = _agents.SetItem(row.Name, New(row, AgentState.Online) with
            {
                Kind = AgentKind.Local, Way = engine, IsReady = true,
            });
        }
    }

    /// <summary>Marks an agent as taking no new targets, or takes the mark away. False when it is not known.</summary>
    public Task<bool> SetDrainingAsync(string name, bool isDraining, CancellationToken cancellationToken) =>
        WithRowsAsync(
            async () =>
            {
                if (Known(name) is not { } agent)
                {
                    return false;
                }

                var row = agent.Row with { IsDraining = isDraining };
                if (agent.Kind == AgentKind.Distributed)
                {
                    await registry.PutAsync(row, cancellationToken);
                }

                Change(name, known => known with { Row = known.Row with { IsDraining = isDraining } });
                return true;
            },
            cancellationToken);

    /// <summary>Forgets an agent that is OFFLINE and that no deployment names; it needs the token to join
    /// again.</summary>
    public Task<ForgetOutcome> ForgetAsync(
        string name, Func<CancellationToken, Task<bool>> isNamedAsync, CancellationToken cancellationToken) =>
        WithRowsAsync(
            async () =>
            {
                if (Known(name) is not { } agent)
                {
                    return ForgetOutcome.NotKnown;
                }

                if (agent.State != AgentState.Offline || agent.Session is not null)
                {
                    return ForgetOutcome.NotOffline;
                }

                if (await isNamedAsync(cancellationToken))
                {
                    return ForgetOutcome.Named;
                }

                await registry.DeleteAsync(name, cancellationToken);
                lock (_lock)
                {
                    _agents = _agents.Remove(name);
                }

                return ForgetOutcome.Forgotten;
            },
            cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _rows.Dispose();

    /// <summary>Runs a change of stored rows, one at a time.</summary>
    internal async Task<T> WithRowsAsync<T>(Func<Task<T>> changeAsync, CancellationToken cancellationToken)
    {
        await _rows.TakeAsync(cancellationToken);
        try
        {
            return await changeAsync();
        }
        finally
        {
            _rows.GiveBack();
        }
    }

    internal IAgentRegistry Registry => registry;

    internal KnownAgent? Known(string name) => Snapshot().GetValueOrDefault(name);

    internal ImmutableSortedDictionary<string, KnownAgent> Snapshot()
    {
        lock (_lock)
        {
            return _agents;
        }
    }

    /// <summary>The way to an agent that is ONLINE; null otherwise.</summary>
    internal IMonitoringAgent? WayTo(string name) =>
        Known(name) is { State: AgentState.Online } agent ? agent.Way : null;

    internal void ForgetReports(string name, IEnumerable<TargetEpoch> targets) => Known(name)?.Reports.Forget(targets);

    /// <summary>A session has joined; one that it replaces is ended.</summary>
    internal void Join(AgentRow row, ServerSession session)
    {
        ServerSession? replaced;
        lock (_lock)
        {
            var agent = _agents.GetValueOrDefault(row.Name) ?? New(row, AgentState.Offline);
            replaced = agent.Session;
            _agents = _agents.SetItem(row.Name, agent.Joined(row, session, time.GetTimestamp()));
        }

        replaced?.EndTakenOver(session);
    }

    /// <summary>Changes what is known of a session's agent, if the session is still its own.</summary>
    internal KnownAgent? Change(ServerSession session, Func<KnownAgent, KnownAgent> change) =>
        Change(session.Agent, agent => agent.Session == session ? change(agent) : agent);

    /// <summary>Changes what is known of an agent.</summary>
    internal KnownAgent? Change(string name, Func<KnownAgent, KnownAgent> change)
    {
        lock (_lock)
        {
            if (!_agents.TryGetValue(name, out var agent))
            {
                return null;
            }

            var changed = change(agent);
            if (!ReferenceEquals(changed, agent))
            {
                _agents = _agents.SetItem(name, changed);
            }

            return changed;
        }
    }

    private KnownAgent New(AgentRow row, AgentState state) => new(
        row, AgentKind.Distributed, state, Way: null, IsReady: false, time.GetTimestamp(), AgentLife.ReturnAfterStart)
    {
        UnreadySince = time.GetTimestamp(),
        Reports = new LastReports(time),
    };

    private AgentView View(KnownAgent agent) => new(
        agent.Row.Name, agent.Kind, agent.State, agent.Row.IsDraining, agent.Row.Capacity,
        agent.Monitors, agent.ProbesPerSecond, LastSeenOf(agent), agent.Row.Software, agent.Row.Site);

    /// <summary>When an agent gave its last sign of life.</summary>
    internal DateTimeOffset LastSeenOf(KnownAgent agent) => agent switch
    {
        { Kind: AgentKind.Local } => time.GetUtcNow(),
        { Session: not null } => time.GetUtcNow() - time.GetElapsedTime(agent.HeardAt),
        _ => agent.Row.LastSeen,
    };
}

/// <summary>What became of a request to forget an agent.</summary>
internal enum ForgetOutcome
{
    Forgotten,
    NotKnown,
    NotOffline,
    Named,
}
