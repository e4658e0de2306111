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
internal sealed partial class Preflight(AgentDirectory directory, TimeProvider time, ILogger<Preflight> logger)
{
    /// <summary>How long a look is waited for: three tries within one second, and the way there and back.</summary>
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(2);

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
        await directory.SettledAsync(agent, cancellationToken);
        if (directory.Find(agent) is not { State: AgentState.Online })
        {
            return null;
        }

        using var deadline = new CancellationTokenSource(LookTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var outcomes = await directory.Reach(agent).LookAsync([.. vnfcs.Select(LookOf)], either.Token);
            return outcomes.ToDictionary(outcome => outcome.Target, outcome => outcome.Answer);
        }
        catch (AgentLostException lost)
        {
            LogLookFailed(agent, lost.Message);
            return null;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested
            && !cancellationToken.IsCancellationRequested)
        {
            LogLookFailed(agent, "no answer in time");
            return null;
        }
    }

    private static LookRequest LookOf(WatchedVnfc vnfc) =>
        new(vnfc.Target, vnfc.Vnfc.Address, vnfc.Monitoring.Kpis.First(kpi => kpi.IsAliveness));

    private static bool IsAlive(Dictionary<TargetId, ProbeAnswer> seen, WatchedVnfc vnfc) =>
        seen.TryGetValue(vnfc.Target, out var answer) && answer.Kind == ProbeAnswerKind.Alive;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The look of {Agent} at the VMs was not answered: {Reason}")]
    private partial void LogLookFailed(string agent, string reason);
}
