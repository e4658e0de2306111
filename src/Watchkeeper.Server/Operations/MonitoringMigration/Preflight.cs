using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>Looks before the leap: the new agent must see every VM that the old one sees.</summary>
/// <remarks>
/// A VM that neither sees is no objection: it is down, and moves with its counters. When an old agent is lost nothing
/// can be compared, and nothing is refused.
/// </remarks>
internal sealed partial class Preflight(AgentCalls calls, ILogger<Preflight> logger)
{
    /// <summary>Why the VMs can't move; null when they can.</summary>
    public async Task<Fault?> ObjectionAsync(
        string to, ImmutableArray<WatchedVnfc> vnfcs, CancellationToken cancellationToken)
    {
        if (vnfcs.IsEmpty)
        {
            return null;
        }

        var seen = await LookAsync(to, vnfcs, cancellationToken);
        if (seen is null)
        {
            return MigrationFaults.AgentNotOnline(to, "not answering");
        }

        // An agent that could not ask has not seen that a VM is silent: it looks once more.
        ImmutableArray<WatchedVnfc> unknown = [.. vnfcs.Where(vnfc => !IsKnown(seen, vnfc))];
        if (!unknown.IsEmpty && await LookAsync(to, unknown, cancellationToken) is { } again)
        {
            foreach (var (target, answer) in again)
            {
                seen[target] = answer;
            }
        }

        ImmutableArray<WatchedVnfc> missed = [.. vnfcs.Where(vnfc => !IsAlive(seen, vnfc))];
        foreach (var batch in missed.GroupBy(vnfc => vnfc.Vnfc.Agent ?? "", StringComparer.Ordinal))
        {
            var seenBefore = await LookAsync(batch.Key, [.. batch], cancellationToken);
            if (seenBefore is not null && batch.FirstOrDefault(vnfc => IsAlive(seenBefore, vnfc)) is { } vnfc)
            {
                var why = seen.GetValueOrDefault(vnfc.Target).Why ?? "not answered";
                return MigrationFaults.NotSeenByNewAgent(
                    to, batch.Key, vnfc.Vnfc.Id.ToString(), vnfc.Vnfc.Address, why);
            }
        }

        return null;
    }

    private async Task<Dictionary<TargetId, ProbeAnswer>?> LookAsync(
        string agent, ImmutableArray<WatchedVnfc> vnfcs, CancellationToken cancellationToken)
    {
        var seen = await calls.LookAsync(agent, vnfcs, cancellationToken);
        if (seen is null)
        {
            LogLookFailed(agent);
        }

        return seen;
    }

    private static bool IsKnown(Dictionary<TargetId, ProbeAnswer> seen, WatchedVnfc vnfc) =>
        seen.TryGetValue(vnfc.Target, out var answer) && answer.Kind != ProbeAnswerKind.Unknown;

    private static bool IsAlive(Dictionary<TargetId, ProbeAnswer> seen, WatchedVnfc vnfc) =>
        seen.TryGetValue(vnfc.Target, out var answer) && answer.Kind == ProbeAnswerKind.Alive;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The look of {Agent} at the VMs was not answered")]
    private partial void LogLookFailed(string agent);
}
