using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>What became of one VM whose monitor was to be set.</summary>
/// <param name="Vnfc">The VM, with its monitor as it is now; its version is the stored one.</param>
/// <param name="Refusal">Why its monitor is not set; null when it is, and when it was skipped.</param>
/// <param name="IsSkipped">Whether it was not even asked for, because another one was refused before it.</param>
/// <param name="Before">The VM as it was sent.</param>
internal sealed record SetResult(WatchedVnfc Vnfc, string? Refusal, bool IsSkipped, WatchedVnfc Before)
{
    /// <summary>Whether the agent said nothing of it: it may be lost, or hang.</summary>
    public bool IsUnanswered { get; init; }

    /// <summary>Whether the VM has its monitor.</summary>
    public bool IsSet => Refusal is null && !IsSkipped;
}

/// <summary>
/// Sets the monitors of VMs on an agent: every set is a new assignment with a new epoch, stored before it is sent.
/// </summary>
internal sealed class MonitorSetting(
    Assignments assignments, Store store, AgentCalls calls, KnownStates states, MonitorWrites writes)
{
    /// <summary>Gives VMs a new epoch with an agent, and stores it.</summary>
    /// <param name="vnfcs">The VMs as they were read.</param>
    /// <param name="agent">The agent that is to watch them.</param>
    /// <param name="movedBy">The operation that moves them; null when none does.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreConflictException">A row was changed meanwhile; nothing was stored.</exception>
    public Task<ImmutableArray<WatchedVnfc>> StampAsync(
        ImmutableArray<WatchedVnfc> vnfcs, string agent, Guid? movedBy, CancellationToken cancellationToken) =>
        StoreAsync([.. vnfcs.Select(vnfc => Stamped(vnfc, agent, movedBy))], [], cancellationToken);

    /// <summary>Stores VMs under their next epochs.</summary>
    /// <param name="stamped">The VMs with what is to be stored.</param>
    /// <param name="also">What is stored with them, or demanded.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreConflictException">A row was changed meanwhile; nothing was stored.</exception>
    public async Task<ImmutableArray<WatchedVnfc>> StoreAsync(
        ImmutableArray<WatchedVnfc> stamped, ImmutableArray<Write> also, CancellationToken cancellationToken)
    {
        if (stamped.IsEmpty)
        {
            return stamped;
        }

        await store.CommitAsync(
            [.. also, .. stamped.SelectMany(vnfc => MonitorWrites.InHand(vnfc.Vnfc))], cancellationToken);
        stamped = [.. stamped.Select(Stored)];
        assignments.Stored(stamped);
        return stamped;
    }

    /// <summary>The VM under its next epoch, with an agent that has not confirmed yet.</summary>
    public static WatchedVnfc Stamped(WatchedVnfc vnfc, string agent, Guid? movedBy) =>
        vnfc with { Vnfc = vnfc.Vnfc.Assigned(agent, movedBy) };

    /// <summary>The VM as it is once its update is stored.</summary>
    public static WatchedVnfc Stored(WatchedVnfc vnfc) =>
        vnfc with { Vnfc = vnfc.Vnfc with { Version = vnfc.Vnfc.Version + 1 } };

    /// <summary>Sends assignments that are stored. The batch stops at the first refusal; the rest is skipped.</summary>
    /// <param name="vnfcs">The VMs under their stored epochs.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="cancellationToken">Ends the wait because the manager stops.</param>
    public async Task<ImmutableArray<SetResult>> SendAsync(
        ImmutableArray<WatchedVnfc> vnfcs, string agent, CancellationToken cancellationToken)
    {
        if (vnfcs.IsEmpty)
        {
            return [];
        }

        var (outcomes, failure) = await calls.SetAsync(
            agent, () => [.. vnfcs.Select(states.AssignmentOf)], cancellationToken);
        return Results(vnfcs, outcomes, failure);
    }

    /// <summary>The writes that are true once the agent has answered.</summary>
    public ImmutableArray<Write> WritesOf(IEnumerable<SetResult> results) =>
        [.. results.SelectMany(result => writes.Settled(result.Vnfc.Vnfc))];

    /// <summary>Takes note that these writes are stored.</summary>
    public void Stored(IEnumerable<SetResult> results)
    {
        foreach (var result in results)
        {
            assignments.Stored(Stored(result.Vnfc));
            if (result.IsSet)
            {
                states.Taken(result.Before);
            }
        }
    }

    private static ImmutableArray<SetResult> Results(
        ImmutableArray<WatchedVnfc> vnfcs, ImmutableArray<SetOutcome> outcomes, string? failure)
    {
        var byTarget = outcomes.ToDictionary(outcome => outcome.Target);
        var results = ImmutableArray.CreateBuilder<SetResult>(vnfcs.Length);
        var isStopped = false;
        foreach (var vnfc in vnfcs)
        {
            var outcome = byTarget.GetValueOrDefault(vnfc.Target);
            if (outcome is { IsSet: true })
            {
                results.Add(new SetResult(Marked(vnfc, MonitorState.Set), null, false, vnfc));
            }
            else if (outcome is null && isStopped)
            {
                results.Add(new SetResult(vnfc, null, true, vnfc));
            }
            else
            {
                // The first that was not answered stops the batch as a refusal does.
                isStopped = true;
                var refusal = outcome?.Refusal ?? failure ?? "not answered";
                results.Add(new SetResult(Marked(vnfc, MonitorState.SetFailed), refusal, false, vnfc)
                {
                    IsUnanswered = outcome is null,
                });
            }
        }

        return results.MoveToImmutable();
    }

    private static WatchedVnfc Marked(WatchedVnfc vnfc, MonitorState monitor) =>
        vnfc with { Vnfc = vnfc.Vnfc.Marked(monitor) };
}
