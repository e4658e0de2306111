using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>What became of one VM whose monitor was to be set.</summary>
/// <param name="Vnfc">The VM, with its monitor as it is now; its version is the stored one.</param>
/// <param name="Refusal">Why its monitor is not set; null when it is, and when it was skipped.</param>
/// <param name="IsSkipped">Whether it was not even asked for, because another one was refused before it.</param>
internal sealed record SetResult(WatchedVnfc Vnfc, string? Refusal, bool IsSkipped)
{
    /// <summary>Whether the VM has its monitor.</summary>
    public bool IsSet => Refusal is null && !IsSkipped;
}

/// <summary>
/// Sets the monitors of VMs on an agent: every set is a new assignment with a new epoch, stored before it is sent.
/// </summary>
internal sealed class MonitorSetting(
    Assignments assignments,
    AgentDirectory directory,
    CarriedStates carried,
    LevelBook levels,
    Store store,
    MonitorTimeouts timeouts,
    TimeProvider time)
{
    /// <summary>Gives VMs a new epoch with an agent, and stores it.</summary>
    /// <param name="vnfcs">The VMs as they were read.</param>
    /// <param name="agent">The agent that is to watch them.</param>
    /// <param name="movedBy">The operation that moves them; null when none does.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreConflictException">A row was changed meanwhile; nothing was stored.</exception>
    public async Task<ImmutableArray<WatchedVnfc>> StampAsync(
        ImmutableArray<WatchedVnfc> vnfcs, string agent, Guid? movedBy, CancellationToken cancellationToken)
    {
        if (vnfcs.IsEmpty)
        {
            return vnfcs;
        }

        ImmutableArray<WatchedVnfc> stamped = [.. vnfcs.Select(vnfc => Stamped(vnfc, agent, movedBy))];
        await store.CommitAsync([.. stamped.Select(vnfc => VnfcTable.Update(vnfc.Vnfc))], cancellationToken);
        stamped = [.. stamped.Select(Stored)];
        assignments.Stored(stamped);
        return stamped;
    }

    /// <summary>The VM under its next epoch, with an agent that has not confirmed yet.</summary>
    public static WatchedVnfc Stamped(WatchedVnfc vnfc, string agent, Guid? movedBy) => vnfc with
    {
        Vnfc = vnfc.Vnfc with
        {
            Agent = agent,
            Epoch = vnfc.Vnfc.Epoch + 1,
            Monitor = MonitorState.Unwatched,
            MovedBy = movedBy,
        },
    };

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

        ImmutableArray<SetOutcome> outcomes;
        string? failure = null;
        using var deadline = new CancellationTokenSource(timeouts.Set, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            outcomes = await directory.Reach(agent).SetAsync([.. vnfcs.Select(AssignmentOf)], either.Token);
        }
        catch (AgentLostException lost)
        {
            (outcomes, failure) = ([], lost.Message);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested
            && !cancellationToken.IsCancellationRequested)
        {
            (outcomes, failure) = ([], $"no answer within {timeouts.Set.TotalSeconds} s");
        }

        return Results(vnfcs, outcomes, failure);
    }

    /// <summary>The assignment of a VM as it is sent, with the state that travels with it.</summary>
    public Assignment AssignmentOf(WatchedVnfc vnfc)
    {
        var state = carried.Find(vnfc.Target);
        if (state.IsEmpty && vnfc.Vnfc.Agent is { } agent)
        {
            state = directory.LastReported(agent, vnfc.Target);
        }

        if (state.IsEmpty && levels.Find(vnfc.Target) is { } level)
        {
            // Nobody handed it over in this life of the manager: the stored level is the best that is known.
            var age = time.GetUtcNow() - level.At;
            state = [.. level.Kpis.Select(kpi => kpi.After(age < TimeSpan.Zero ? TimeSpan.Zero : age))];
        }

        return new Assignment(
            vnfc.Target, new AssignmentEpoch(vnfc.Vnfc.Epoch), vnfc.Vnfc.Address, vnfc.Monitoring.Kpis, state);
    }

    private ImmutableArray<SetResult> Results(
        ImmutableArray<WatchedVnfc> vnfcs, ImmutableArray<SetOutcome> outcomes, string? failure)
    {
        var results = ImmutableArray.CreateBuilder<SetResult>(vnfcs.Length);
        var isStopped = false;
        foreach (var vnfc in vnfcs)
        {
            var outcome = outcomes.FirstOrDefault(o => o.Target == vnfc.Target);
            if (outcome is { IsSet: true })
            {
                carried.Forget(vnfc.Target);
                results.Add(new SetResult(Marked(vnfc, MonitorState.Set), null, false));
            }
            else if (outcome is null && isStopped)
            {
                results.Add(new SetResult(vnfc, null, true));
            }
            else
            {
                // The first that was not answered stops the batch as a refusal does.
                isStopped = true;
                var refusal = outcome?.Refusal ?? failure ?? "not answered";
                results.Add(new SetResult(Marked(vnfc, MonitorState.SetFailed), refusal, false));
            }
        }

        return results.MoveToImmutable();
    }

    private static WatchedVnfc Marked(WatchedVnfc vnfc, MonitorState monitor) =>
        vnfc with { Vnfc = vnfc.Vnfc with { Monitor = monitor } };
}
