using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>The alarms of VMs: written in the transaction that stores what causes or ends them.</summary>
internal sealed class VmAlarms(AlarmWriting alarms, UnwatchedTimes times) : IMarkFollower
{
    /// <summary>The codes that have a VM as their object.</summary>
    private static ImmutableArray<AlarmCode> OfVms { get; } = [AlarmCode.VmUnwatched, AlarmCode.VmDown];

    /// <inheritdoc />
    /// <remarks>
    /// A refused set, and a VM that an operation left out, are told at once. One whose agent is lost has a while
    /// (<see cref="UnwatchedAlarms"/>): most are soon back, or moved.
    /// </remarks>
    public ImmutableArray<Write> WritesWith(Vnfc marked) => marked.Monitor switch
    {
        MonitorState.Set when marked.GuardFor is null => alarms.Clear(AlarmCode.VmUnwatched, marked.Id.ToString()),
        MonitorState.Set or MonitorState.SetFailed => Raise(marked),
        MonitorState.Unwatched => IsLeftByOperation(marked) ? Raise(marked) : [],
        MonitorState.Unset => Disabled(marked),
        var monitor => throw new InvalidOperationException($"Unknown mark {monitor}."),
    };

    /// <inheritdoc />
    public ImmutableArray<Write> WritesWithState(Vnfc judged) => judged.State == VmState.Error
        ? alarms.RaiseOfVm(AlarmCode.VmDown, judged, $"{judged.Agent} finds that {judged.Address} does not answer")
        : alarms.Clear(AlarmCode.VmDown, judged.Id.ToString());

    /// <inheritdoc />
    public ImmutableArray<Write> WritesWithRemoval(Vnfc removed) =>
        [.. OfVms.SelectMany(code => alarms.Clear(code, removed.Id.ToString()))];

    /// <summary>Raises the alarm of a VM that is without its agent, since when that has been seen.</summary>
    public ImmutableArray<Write> Raise(Vnfc vnfc) => alarms.RaiseOfVm(
        AlarmCode.VmUnwatched, vnfc, Why(vnfc), times.SinceOf(new TargetId(vnfc.Id.Value)));

    // Under the epoch that an operation gave it nobody has watched it; a lost agent had it under its present one.
    private static bool IsLeftByOperation(Vnfc vnfc) => vnfc.MovedBy is not null && vnfc.HeldEpoch < vnfc.Epoch;

    // On request: that is nobody's failure. What is found down, and then no longer looked at, stays told.
    private ImmutableArray<Write> Disabled(Vnfc vnfc)
    {
        var unwatched = alarms.Clear(AlarmCode.VmUnwatched, vnfc.Id.ToString());
        return vnfc.State == VmState.Error
            ? unwatched
            : [.. unwatched, .. alarms.Clear(AlarmCode.VmDown, vnfc.Id.ToString())];
    }

    private static string Why(Vnfc vnfc) => vnfc switch
    {
        { Monitor: MonitorState.Set, GuardFor: { } home } =>
            $"{home} does not watch {vnfc.Address}; {vnfc.Agent} guards it meanwhile",
        { Monitor: MonitorState.SetFailed } => $"{vnfc.Agent} did not take the monitor of {vnfc.Address}",
        _ => $"{vnfc.GuardFor ?? vnfc.Agent} does not watch {vnfc.Address}",
    };
}
