using System.Collections.Concurrent;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents;

namespace Watchkeeper.Server.Drills;

/// <summary>The drills of agents: asked of them and switched on them, the local MONA's too.</summary>
internal sealed class AgentDrills(AgentDirectory directory, TimeProvider time)
{
    /// <summary>How long an agent may take to answer.</summary>
    public static readonly TimeSpan AnswerWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ImmutableArray<Drill>> _lastTold = new(StringComparer.Ordinal);

    /// <summary>What each agent said last, of those that had a drill on then.</summary>
    public IEnumerable<(string Agent, ImmutableArray<Drill> Active)> LastTold =>
        _lastTold.Where(told => !told.Value.IsEmpty).Select(told => (told.Key, told.Value));

    /// <summary>Switches on exactly these drills, unless null; says which are on then.</summary>
    /// <returns>Null when the agent is not ONLINE, or did not answer in time.</returns>
    public async Task<ImmutableArray<Drill>?> SwitchAsync(
        string agent, ImmutableArray<Drill>? wanted, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(AnswerWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            var active = directory.Known(agent) switch
            {
                { Session: { } session } => await session.DrillAsync(wanted, either.Token),
                { Way: ILinkedEngine local } => local.SwitchDrills(wanted),
                _ => (ImmutableArray<Drill>?)null,
            };
            if (active is { } told)
            {
                _lastTold[agent] = told;
            }

            return active;
        }
        catch (AgentLostException)
        {
            return null;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return null;
        }
    }
}
