using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>What became of one VM whose monitor was to be unset.</summary>
/// <param name="Vnfc">The VM, with its monitor as it is now; its version is the stored one.</param>
/// <param name="Refusal">Why its agent may still be watching; null when it is not.</param>
/// <param name="Carried">The state to hand over: the agent's answer, or its last report.</param>
internal sealed record UnsetResult(WatchedVnfc Vnfc, string? Refusal, ImmutableArray<CarriedKpi> Carried);

/// <summary>Unsets the monitors of VMs on whatever agents hold them, and keeps their state for the next set.</summary>
internal sealed class MonitorUnsetting(
    AgentDirectory directory,
    AgentCalls calls,
    CarriedStates carried,
    MonitorTimeouts timeouts,
    TimeProvider time)
{
    /// <summary>Unsets: one batch to each agent, all at once. A failure is a result, never an exception.</summary>
    /// <param name="vnfcs">The VMs; those that never had an agent come back as they are.</param>
    /// <param name="isForGood">Whether the agents may forget them at once; else they keep them asleep for a
    /// while.</param>
    /// <param name="cancellationToken">Ends the wait because the manager stops.</param>
    public async Task<ImmutableArray<UnsetResult>> UnsetAsync(
        ImmutableArray<WatchedVnfc> vnfcs, bool isForGood, CancellationToken cancellationToken)
    {
        var hold = isForGood ? TimeSpan.Zero : timeouts.UnsetHold;
        var batches = vnfcs
            .Where(vnfc => vnfc.Vnfc.Agent is not null)
            .GroupBy(vnfc => vnfc.Vnfc.Agent!, StringComparer.Ordinal)
            .Select(batch => UnsetOnAsync(batch.Key, [.. batch], hold, cancellationToken));
        var results = await Task.WhenAll(batches);
        return
        [
            .. results.SelectMany(batch => batch),
            .. vnfcs.Where(vnfc => vnfc.Vnfc.Agent is null).Select(vnfc => new UnsetResult(vnfc, null, [])),
        ];
    }

    /// <summary>
    /// Asks the last holders of VMs that are about to be set once more to leave, if they may have woken since they were
    /// asked: they stop, and what they counted meanwhile goes with the set. A holder that does not answer is no reason
    /// to wait longer: its last report is taken.
    /// </summary>
    /// <remarks>
    /// After a crash nobody was asked in this life of the manager, whatever the journal says. The holders keep what
    /// they hand over as long as with any unset, so that it can be asked for again after one more crash.
    /// </remarks>
    public Task AskHoldersAsync(ImmutableArray<WatchedVnfc> vnfcs, CancellationToken cancellationToken) =>
        Task.WhenAll(vnfcs
            .Where(vnfc => vnfc.Vnfc is { HeldBy: not null, Monitor: not MonitorState.Set } held
                && !carried.IsFresh(vnfc.Target, new AssignmentEpoch(held.HeldEpoch), timeouts.UnsetHold))
            .Select(vnfc => vnfc with
            {
                Vnfc = vnfc.Vnfc with { Agent = vnfc.Vnfc.HeldBy, Epoch = vnfc.Vnfc.HeldEpoch },
            })
            .GroupBy(vnfc => vnfc.Vnfc.Agent!, StringComparer.Ordinal)
            .Select(batch => UnsetOnAsync(batch.Key, [.. batch], timeouts.UnsetHold, cancellationToken)));

    /// <summary>Tells the agents that held VMs under former epochs that the sleepers need not wake.</summary>
    public void Release(IEnumerable<WatchedVnfc> formerly)
    {
        foreach (var batch in formerly
            .Where(vnfc => vnfc.Vnfc.Agent is not null)
            .GroupBy(vnfc => vnfc.Vnfc.Agent!, StringComparer.Ordinal))
        {
            directory.Reach(batch.Key).Release([.. batch.Select(KnownAs)]);
        }
    }

    /// <summary>The writes that are true once the monitors were unset, or were asked to be.</summary>
    public ImmutableArray<Write> WritesOf(ImmutableArray<UnsetResult> results) =>
    [
        .. results.SelectMany(result => MonitorWrites.InHand(result.Vnfc.Vnfc)),
        .. LevelsOf(results),
    ];

    /// <summary>The states that were handed over, as they are kept for the next set.</summary>
    public ImmutableArray<Write> LevelsOf(IEnumerable<UnsetResult> results)
    {
        var now = time.GetUtcNow();
        return
        [
            .. results.Where(result => !result.Carried.IsEmpty).Select(result => LevelTable.Put(new StoredLevel(
                result.Vnfc.Target, new AssignmentEpoch(result.Vnfc.Vnfc.Epoch), result.Carried, now))),
        ];
    }

    private async Task<ImmutableArray<UnsetResult>> UnsetOnAsync(
        string agent, ImmutableArray<WatchedVnfc> vnfcs, TimeSpan hold, CancellationToken cancellationToken)
    {
        var askedAt = carried.Now;
        var (outcomes, failure) = await calls.UnsetAsync(
            agent, [.. vnfcs.Select(KnownAs)], hold, cancellationToken);
        var byTarget = outcomes.ToDictionary(outcome => outcome.Target);
        return
        [
            .. vnfcs.Select(vnfc => ResultOf(
                agent, vnfc, byTarget.GetValueOrDefault(vnfc.Target), failure ?? "not answered", askedAt)),
        ];
    }

    private UnsetResult ResultOf(
        string agent, WatchedVnfc vnfc, UnsetOutcome? outcome, string failure, long askedAt)
    {
        var refusal = outcome is null ? failure : outcome.Refusal;
        var isAnswer = outcome is { IsUnset: true, Carried.IsEmpty: false };
        var state = isAnswer ? outcome!.Carried : directory.LastReported(agent, KnownAs(vnfc));

        // One that never took this epoch hands over what it counted long before: somebody else may know better since.
        var countedUnder = isAnswer ? outcome!.CountedUnder : new AssignmentEpoch(vnfc.Vnfc.Epoch);
        carried.Put(vnfc.Target, countedUnder, state, askedAt, isAnswer);
        return new UnsetResult(
            vnfc with { Vnfc = vnfc.Vnfc.Marked(MonitorState.Unwatched) },
            refusal,
            state.IsEmpty ? state : carried.Find(vnfc.Target).Kpis);
    }

    private static TargetEpoch KnownAs(WatchedVnfc vnfc) => new(vnfc.Target, new AssignmentEpoch(vnfc.Vnfc.Epoch));
}
