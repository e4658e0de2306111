namespace Watchkeeper.Lifecycle.Instances;

/// <summary>The state of a VM, in the source document's words (without <c>VM_</c> and <c>_STATE</c>).</summary>
public enum VmState
{
    /// <summary>Asked of the VIM, not yet there. <c>VM_DEPLOYING_STATE</c>.</summary>
    Deploying,

    /// <summary>There, not yet seen alive. <c>VM_INERT_STATE</c>.</summary>
    Inert,

    /// <summary>Its agent saw it alive. <c>VM_ALIVE_STATE</c>.</summary>
    Alive,

    /// <summary>Alive, and monitoring was disabled on request. <c>VM_MONITOR_UNSET_STATE</c>.</summary>
    MonitorUnset,

    /// <summary>Its agent found it down. <c>VM_ERROR_STATE</c>.</summary>
    Error,

    /// <summary>Stopped on request. <c>VM_SHUTOFF_STATE</c>.</summary>
    Shutoff,

    /// <summary>Being removed. <c>VM_UNDEPLOYING_STATE</c>.</summary>
    Undeploying,
}

/// <summary>Whether a VM has a monitor, which is a question apart from the VM's own state.</summary>
public enum MonitorState
{
    /// <summary>Watched: its agent confirmed the assignment of the present epoch. <c>SET</c>.</summary>
    Set,

    /// <summary>Not watched, on request. <c>UNSET</c>.</summary>
    Unset,

    /// <summary>Its set was refused, or was not answered in time. <c>SET_FAILED</c>.</summary>
    SetFailed,

    /// <summary>Its agent is not watching it, or has not confirmed yet. <c>UNWATCHED</c>.</summary>
    Unwatched,
}

/// <summary>One VNF component; in our world, one VM.</summary>
public sealed record Vnfc
{
    /// <summary>The component's id; what agents know as their target.</summary>
    public required VnfcId Id { get; init; }

    /// <summary>The VNF instance that it is part of.</summary>
    public required VnfInstanceId VnfInstanceId { get; init; }

    /// <summary>The VDU of the VNFD that it was made from.</summary>
    public required string VduId { get; init; }

    /// <summary>The IP address that agents probe; empty until the VIM gave one.</summary>
    public string Address { get; init; } = "";

    /// <summary>The VIM's own handle of the VM, opaque to everybody else.</summary>
    public string VimResourceId { get; init; } = "";

    /// <summary>The VM's own state.</summary>
    public VmState State { get; init; } = VmState.Deploying;

    /// <summary>Whether it has a monitor.</summary>
    public MonitorState Monitor { get; init; } = MonitorState.Unwatched;

    /// <summary>The name of the agent that its present assignment names; null when it never had one.</summary>
    public string? Agent { get; init; }

    /// <summary>The epoch of its present assignment; grows with every change of hands, for ever.</summary>
    public long Epoch { get; init; }

    /// <summary>
    /// The operation that gave it its present epoch, to which its gap is told; null when no operation did.
    /// </summary>
    public Guid? MovedBy { get; init; }

    /// <summary>
    /// The agent that last watched it, as long as the present one has not confirmed: what it counted goes with the next
    /// set. Null while it is watched, and when it never was.
    /// </summary>
    public string? HeldBy { get; init; }

    /// <summary>The epoch under which <see cref="HeldBy"/> watched it.</summary>
    public long HeldEpoch { get; init; }

    /// <summary>
    /// The agent that the deployment names, while a guard is to watch in its place; null while there is no guard.
    /// </summary>
    public string? GuardFor { get; init; }

    /// <summary>
    /// What was last told of its KPIs other than aliveness (that is <see cref="State"/>); null when nothing was.
    /// </summary>
    public ImmutableArray<ToldBelief>? Told { get; init; }

    /// <summary>The row's version, compared by every write.</summary>
    public long Version { get; init; }

    /// <summary>The same VM with another mark. One that loses its monitor remembers who held it.</summary>
    public Vnfc Marked(MonitorState monitor) => (Monitor, monitor) switch
    {
        (MonitorState.Set, MonitorState.Set) => this,
        (MonitorState.Set, _) => this with { Monitor = monitor, HeldBy = Agent, HeldEpoch = Epoch },
        (_, MonitorState.Set) => this with { Monitor = monitor, HeldBy = null, HeldEpoch = 0 },
        _ => this with { Monitor = monitor },
    };

    /// <summary>The same VM under its next epoch, with an agent that has not confirmed yet.</summary>
    /// <param name="agent">The agent that is to watch it.</param>
    /// <param name="movedBy">The operation that moves it; null when none does.</param>
    public Vnfc Assigned(string agent, Guid? movedBy) => Marked(MonitorState.Unwatched) with
    {
        Agent = agent,
        Epoch = Epoch + 1,
        MovedBy = movedBy,
        GuardFor = null,
    };
}

/// <summary>What was last told of a KPI: its event was raised as true, or as false.</summary>
/// <param name="EventName">The KPI's event name.</param>
/// <param name="Believed">What was told.</param>
public sealed record ToldBelief(string EventName, bool Believed);
