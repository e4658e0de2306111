using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents.Reconciling;

/// <summary>
/// Sees to it that every VM is watched by the agent that its stored deployment names, or by a guard until that one can.
/// </summary>
/// <remarks>
/// It acts as if no operation were open unless one is at work: that keeps its VMs for itself until it rests. Each round
/// is bounded; what it leaves is next in the following one.
/// </remarks>
internal sealed partial class Reconciler(
    UnsettledScan scan,
    GuardSearch guards,
    Homecoming homecoming,
    Reassigning reassigning,
    TimeProvider time,
    ILogger<Reconciler> logger)
{
    /// <summary>The pause between two rounds: how long an agent that can waits for its VMs.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Pause, time, cancellationToken);
            await TryRoundAsync(cancellationToken);
        }
    }

    /// <summary>One round: decides, and does what can be done now.</summary>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        var decided = (await scan.DecideAsync(cancellationToken)).ToLookup(vm => vm.Act);
        await Task.WhenAll(
            SetAsync([.. decided[ReconcileAct.SetAtHome]], cancellationToken),
            GuardAsync([.. decided[ReconcileAct.Guard]], cancellationToken),
            BringHomeAsync([.. decided[ReconcileAct.BringHome]], cancellationToken));
    }

    private async Task SetAsync(ImmutableArray<DecidedVm> vms, CancellationToken cancellationToken) =>
        TakeNote(await reassigning.AssignAsync([.. vms.Select(AtHome)], cancellationToken));

    private async Task GuardAsync(ImmutableArray<DecidedVm> vms, CancellationToken cancellationToken)
    {
        if (vms.IsEmpty)
        {
            return;
        }

        var found = await guards.FindAsync(vms, cancellationToken);
        var guarded = await reassigning.AssignAsync(
            [
                .. vms.Where(vm => found.ContainsKey(vm.Vnfc.Target)).Select(vm =>
                    new Reassignment(vm, found[vm.Vnfc.Target], IsGuard: true, [])),
            ],
            cancellationToken);

        // Nobody takes it: then its own agent is asked again, also if that has refused it before.
        var taken = guarded.Where(one => one.IsSet).Select(one => one.Of.Vm.Vnfc.Target).ToHashSet();
        var left = vms.Where(vm => !taken.Contains(vm.Vnfc.Target)).ToLookup(vm => vm.IsHomeOnline);
        await SetAsync([.. left[true].Select(vm => scan.Again(vm)).OfType<DecidedVm>()], cancellationToken);
        foreach (var vm in left[false])
        {
            scan.NotSettled(vm.Vnfc, isFailure: true);
        }

        var set = guarded.Count(one => one.IsSet);
        LogGuarded(set, vms.Length);
    }

    private async Task BringHomeAsync(ImmutableArray<DecidedVm> vms, CancellationToken cancellationToken)
    {
        if (vms.IsEmpty)
        {
            return;
        }

        var leaving = await homecoming.LeaveGuardsAsync(vms, cancellationToken);
        var left = leaving.Select(one => one.Vm.Vnfc.Target).ToHashSet();
        foreach (var staying in vms.Where(vm => !left.Contains(vm.Vnfc.Target)))
        {
            scan.NotSettled(staying.Vnfc, isFailure: true);
        }

        var arrived = await reassigning.AssignAsync(leaving, cancellationToken);
        TakeNote(arrived);
        await BackToGuardsAsync([.. arrived.Where(one => one is { IsStored: true, IsSet: false })], cancellationToken);
        var home = arrived.Count(one => one.IsSet);
        LogBroughtHome(home, vms.Length);
    }

    // Its own agent has seen it, and refuses it all the same: it must not be worse off than before.
    private async Task BackToGuardsAsync(ImmutableArray<Reassigned> refused, CancellationToken cancellationToken)
    {
        var back = refused.Select(one => scan.Again(one.Of.Vm) is { } vm
            ? new Reassignment(vm, one.Of.Vm.Vnfc.Vnfc.Agent!, IsGuard: true, [])
            : null);
        await reassigning.AssignAsync([.. back.OfType<Reassignment>()], cancellationToken);
    }

    private void TakeNote(ImmutableArray<Reassigned> results)
    {
        foreach (var result in results.Where(result => !result.IsSet))
        {
            scan.NotSettled(result.Of.Vm.Vnfc, isFailure: result.IsAsked);
        }
    }

    private static Reassignment AtHome(DecidedVm vm) => new(vm, vm.Home, IsGuard: false, []);

    // The boundary of a background loop: what failed is tried again by the next round.
    private async Task TryRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RoundAsync(cancellationToken);
        }
        catch (StoreUnavailableException unavailable)
        {
            // Why is said once by the writer.
            LogNotStored(unavailable.Message);
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            LogRoundFailed(failed);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Guards watch {Guarded} of {Wanted} VMs that had no monitor")]
    private partial void LogGuarded(int guarded, int wanted);

    [LoggerMessage(Level = LogLevel.Information, Message = "Brought {Home} of {Wanted} VMs home from their guards")]
    private partial void LogBroughtHome(int home, int wanted);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A round of the reconciler waits for the store: {Why}")]
    private partial void LogNotStored(string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of the reconciler failed and will be repeated")]
    private partial void LogRoundFailed(Exception exception);
}
