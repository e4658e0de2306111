using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>
/// Raises the alarm of agents that are OFFLINE, and clears that of agents that are ONLINE or forgotten.
/// </summary>
/// <remarks>Whether an agent lives is known in memory only, so there is no transaction to join: levels are compared.
/// </remarks>
internal sealed class LostAgentAlarms(
    AgentDirectory directory, Assignments assignments, Store store, AlarmWriting alarms) : IAlarmRound
{
    // The agents with an open alarm; null until they were read.
    private HashSet<string>? _open;

    /// <inheritdoc />
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        _open ??= [.. (await store.OpenAlarmsAsync(AlarmCode.AgentLost.Name, cancellationToken))
            .Select(alarm => alarm.Subject)];
        var agents = directory.All().ToDictionary(agent => agent.Name, StringComparer.Ordinal);
        ImmutableArray<AgentView> lost =
            [.. agents.Values.Where(agent => agent.State == AgentState.Offline && !_open.Contains(agent.Name))];

        // One that is SUSPECT is neither.
        ImmutableArray<string> over =
            [.. _open.Where(name => !agents.TryGetValue(name, out var agent) || agent.State == AgentState.Online)];

        if (lost.IsEmpty && over.IsEmpty)
        {
            return;
        }

        // One commit, however many are lost together.
        await store.CommitAsync(
            [
                .. lost.SelectMany(agent => Raise(agent)),
                .. over.SelectMany(name => alarms.Clear(AlarmCode.AgentLost, name)),
            ],
            cancellationToken);
        _open.UnionWith(lost.Select(agent => agent.Name));
        _open.ExceptWith(over);
    }

    private ImmutableArray<Write> Raise(AgentView agent) => alarms.RaiseOfAgent(
        agent.Name,
        $"{agent.Name} of site {agent.Site} is OFFLINE; {assignments.CountOf(agent.Name)} VMs were assigned to it",
        agent.LastSeen ?? DateTimeOffset.UnixEpoch);
}
