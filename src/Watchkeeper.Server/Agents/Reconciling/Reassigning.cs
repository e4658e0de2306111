using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents.Reconciling;

/// <summary>A VM that is to be set on an agent.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Agent">The agent.</param>
/// <param name="IsGuard">Whether that agent is a guard.</param>
/// <param name="Also">What is stored with its new epoch.</param>
internal sealed record Reassignment(DecidedVm Vm, string Agent, bool IsGuard, ImmutableArray<Write> Also);

/// <summary>What became of a reassignment.</summary>
/// <param name="Of">The reassignment.</param>
/// <param name="IsSet">Whether the VM has its monitor.</param>
/// <param name="IsStored">Whether its new epoch was stored.</param>
/// <param name="IsAsked">Whether the agent was asked for it.</param>
internal sealed record Reassigned(Reassignment Of, bool IsSet, bool IsStored, bool IsAsked);

/// <summary>
/// Gives VMs a new epoch with an agent, stores it, and sets them: one batch to each agent, all at once.
/// </summary>
internal sealed class Reassigning(
    Rooms rooms, MonitorSetting setting, MonitorUnsetting unsetting, MonitorMarks marks, TimeProvider time)
{
    /// <summary>Refusals after which an agent is not asked for the rest of a batch.</summary>
    private const int MostRefusals = 16;

    /// <summary>Does it. Nobody's failure is an exception.</summary>
    public async Task<ImmutableArray<Reassigned>> AssignAsync(
        ImmutableArray<Reassignment> all, CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(all
            .GroupBy(one => one.Agent, StringComparer.Ordinal)
            .Select(batch => AssignOnAsync(batch.Key, [.. batch], cancellationToken)));
        return [.. results.SelectMany(batch => batch)];
    }

    private async Task<ImmutableArray<Reassigned>> AssignOnAsync(
        string agent, ImmutableArray<Reassignment> batch, CancellationToken cancellationToken)
    {
        var stored = await StampAsync(agent, batch, cancellationToken);
        ImmutableArray<WatchedVnfc> stamped = [.. batch.Select(one => stored.GetValueOrDefault(one.Vm.Vnfc.Target))
            .OfType<WatchedVnfc>()];
        await unsetting.AskHoldersAsync(stamped, cancellationToken);
        var asked = await SendAsync(agent, stamped, cancellationToken);
        return
        [
            .. batch.Select(one => new Reassigned(
                one,
                asked.GetValueOrDefault(one.Vm.Vnfc.Target),
                stored.ContainsKey(one.Vm.Vnfc.Target),
                asked.ContainsKey(one.Vm.Vnfc.Target))),
        ];
    }

    private async Task<Dictionary<TargetId, WatchedVnfc>> StampAsync(
        string agent, ImmutableArray<Reassignment> batch, CancellationToken cancellationToken)
    {
        var coming = batch.Where(one => one.Vm.Vnfc.Vnfc.Agent != agent).ToList();
        using var room = rooms.Keep(agent, coming.Count);
        var stamped = await Task.WhenAll(batch
            .Except(coming.Skip(room.Granted))
            .GroupBy(one => one.Vm.Vnfc.Vnfc.VnfInstanceId)
            .Select(group => StampAsync([.. group], cancellationToken)));
        return stamped.SelectMany(vnfcs => vnfcs).ToDictionary(vnfc => vnfc.Target);
    }

    private async Task<ImmutableArray<WatchedVnfc>> StampAsync(
        ImmutableArray<Reassignment> group, CancellationToken cancellationToken)
    {
        try
        {
            return await setting.StoreAsync(
                [.. group.Select(Stamped)],
                [.. group[0].Vm.Demands, .. group.SelectMany(one => one.Also)],
                cancellationToken);
        }
        catch (StoreConflictException)
        {
            // An operation has it now, or somebody was faster: it is decided anew.
            return [];
        }
    }

    // The mark of a failure stays until the set has succeeded: what is known already is not told again at every try.
    private static WatchedVnfc Stamped(Reassignment one)
    {
        var vnfc = one.Vm.Vnfc.Vnfc;
        var stamped = vnfc.Assigned(one.Agent, movedBy: null) with { GuardFor = one.IsGuard ? one.Vm.Home : null };
        return one.Vm.Vnfc with
        {
            Vnfc = vnfc.Monitor == MonitorState.SetFailed ? stamped.Marked(MonitorState.SetFailed) : stamped,
        };
    }

    // A refusal stops the batch, and here is no reason to leave the rest unwatched.
    private async Task<Dictionary<TargetId, bool>> SendAsync(
        string agent, ImmutableArray<WatchedVnfc> vnfcs, CancellationToken cancellationToken)
    {
        var asked = new Dictionary<TargetId, bool>();
        for (var refusals = 0; !vnfcs.IsEmpty && refusals < MostRefusals; refusals++)
        {
            var results = await setting.SendAsync(vnfcs, agent, cancellationToken);
            var answered = results.Where(result => !result.IsSkipped).ToList();
            await Task.WhenAll(answered.Select(result => MarkAsync(agent, result, cancellationToken)));
            ReleaseHolders(agent, answered);
            foreach (var result in answered)
            {
                asked[result.Vnfc.Target] = result.IsSet;
            }

            vnfcs = results.Any(result => result.IsUnanswered)
                ? []
                : [.. results.Where(result => result.IsSkipped).Select(result => result.Vnfc)];
        }

        return asked;
    }

    // Whoever watched last and sleeps need not wake.
    private void ReleaseHolders(string agent, List<SetResult> answered) => unsetting.Release(answered
        .Where(result => result is { IsSet: true, Before.Vnfc.HeldBy: { } held } && held != agent)
        .Select(result => result.Before with
        {
            Vnfc = result.Before.Vnfc with { Agent = result.Before.Vnfc.HeldBy, Epoch = result.Before.Vnfc.HeldEpoch },
        }));

    private Task<WatchedVnfc?> MarkAsync(string agent, SetResult result, CancellationToken cancellationToken)
    {
        var vnfc = result.Vnfc.Vnfc;
        var inWhosePlace = vnfc.GuardFor is { } home ? $" in the place of {home}" : "";
        var told = new CoreEvent(
            "VM_SET_MONITOR_STATUS",
            result.IsSet ? "SUCCESS" : "FAILURE",
            vnfc.VnfInstanceId,
            vnfc.Id,
            OperationId: null,
            agent,
            vnfc.Epoch,
            result.Refusal ?? $"{agent} watches {vnfc.Address}{inWhosePlace}",
            time.GetUtcNow());
        return marks.MarkAsync(
            new TargetEpoch(result.Vnfc.Target, new AssignmentEpoch(vnfc.Epoch)),
            vnfc.Monitor,
            [EventTable.Append(told)],
            cancellationToken);
    }
}
