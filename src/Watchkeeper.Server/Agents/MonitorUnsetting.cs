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
    AgentDirectory directory, CarriedStates carried, MonitorTimeouts timeouts, TimeProvider time)
{
    /// <summary>Unsets: one batch to each agent, all at once. A failure is a result, never an exception.</summary>
    /// <param name="vnfcs">The VMs; those that never had an agent come back as they are.</param>
    /// <param name="isForGood">Whether the agents may forget them at once; else they keep them asleep for a
    /// while.</param>
    /// <param name="cancellationToken">Ends the wait because the manager stops.</param>
    public async Task<ImmutableArray<UnsetResult>> UnsetAsync(
        ImmutableArray<WatchedVnfc> vnfcs, bool isForGood, CancellationToken cancellationToken)
    {
        var batches = vnfcs
            .Where(vnfc => vnfc.Vnfc.Agent is not null)
            .GroupBy(vnfc => vnfc.Vnfc.Agent!, StringComparer.Ordinal)
            .Select(batch => UnsetOnAsync(batch.Key, [.. batch], isForGood, cancellationToken));
        var results = await Task.WhenAll(batches);
        return
        [
            .. results.SelectMany(batch => batch),
            .. vnfcs.Where(vnfc => vnfc.Vnfc.Agent is null).Select(vnfc => new UnsetResult(vnfc, null, [])),
        ];
    }

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
    public ImmutableArray<Write> WritesOf(ImmutableArray<UnsetResult> results)
    {
        var now = time.GetUtcNow();
        return
        [
            .. results.Select(result => VnfcTable.Update(result.Vnfc.Vnfc)),
            .. results.Where(result => !result.Carried.IsEmpty).Select(result => LevelTable.Put(LevelOf(result, now))),
        ];
    }

    private async Task<ImmutableArray<UnsetResult>> UnsetOnAsync(
        string agent, ImmutableArray<WatchedVnfc> vnfcs, bool isForGood, CancellationToken cancellationToken)
    {
        ImmutableArray<UnsetOutcome> outcomes = [];
        var failure = "not answered";
        var hold = isForGood ? TimeSpan.Zero : timeouts.UnsetHold;
        using var deadline = new CancellationTokenSource(timeouts.Unset, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            outcomes = await directory.Reach(agent).UnsetAsync([.. vnfcs.Select(KnownAs)], hold, either.Token);
        }
        catch (AgentLostException lost)
        {
            failure = lost.Message;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested
            && !cancellationToken.IsCancellationRequested)
        {
            failure = $"no answer within {timeouts.Unset.TotalSeconds} s";
        }

        return [.. vnfcs.Select(vnfc => ResultOf(agent, vnfc, outcomes, failure))];
    }

    private UnsetResult ResultOf(
        string agent, WatchedVnfc vnfc, ImmutableArray<UnsetOutcome> outcomes, string failure)
    {
        var outcome = outcomes.FirstOrDefault(o => o.Target == vnfc.Target);
        var refusal = outcome is null ? failure : outcome.Refusal;
        var state = outcome is { IsUnset: true, Carried.IsEmpty: false }
            ? outcome.Carried
            : directory.LastReported(agent, vnfc.Target);
        if (!state.IsEmpty)
        {
            carried.Put(vnfc.Target, new AssignmentEpoch(vnfc.Vnfc.Epoch), state);
        }

        return new UnsetResult(
            vnfc with { Vnfc = vnfc.Vnfc with { Monitor = MonitorState.Unwatched } }, refusal, state);
    }

    private static TargetEpoch KnownAs(WatchedVnfc vnfc) => new(vnfc.Target, new AssignmentEpoch(vnfc.Vnfc.Epoch));

    private static StoredLevel LevelOf(UnsetResult result, DateTimeOffset now) => new(
        result.Vnfc.Target, new AssignmentEpoch(result.Vnfc.Vnfc.Epoch), result.Carried, now);
}
