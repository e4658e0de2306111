using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>One line of the catalogue of alarms (docs/operations/alarms.md).</summary>
/// <param name="Name">Its name, the <c>faultType</c> of its alarms. It never changes its meaning.</param>
/// <param name="ProbableCause">The <c>probableCause</c>.</param>
/// <param name="EventType">The <c>eventType</c>.</param>
/// <param name="Severity">The <c>perceivedSeverity</c>.</param>
/// <param name="IsRaised">Whether it is raised yet; else the code is only kept for what will raise it.</param>
internal sealed record AlarmCode(
    string Name, string ProbableCause, string EventType, string Severity, bool IsRaised = true)
{
    private const string Communications = "COMMUNICATIONS_ALARM";
    private const string Processing = "PROCESSING_ERROR_ALARM";
    private const string Equipment = "EQUIPMENT_ALARM";
    private const string QualityOfService = "QOS_ALARM";

    /// <summary>A VM has no monitor, or only a guard.</summary>
    public static AlarmCode VmUnwatched { get; } = new(
        "VM_UNWATCHED", "VM is not watched by its agent", Communications, "MAJOR");

    /// <summary>Its agent found a VM down.</summary>
    public static AlarmCode VmDown { get; } = new("VM_DOWN", "VM does not answer", Equipment, "CRITICAL");

    /// <summary>An agent is OFFLINE.</summary>
    public static AlarmCode AgentLost { get; } = new(
        "AGENT_LOST", "Monitoring agent is lost", Communications, "MAJOR");

    /// <summary>An operation has long been in FAILED_TEMP.</summary>
    public static AlarmCode OperationFailedTemp { get; } = new(
        "OPERATION_FAILED_TEMP", "Operation waits in FAILED_TEMP", Processing, "MAJOR");

    /// <summary>A subscription was suspended.</summary>
    public static AlarmCode SubscriptionSuspended { get; } = new(
        "SUBSCRIPTION_SUSPENDED", "Subscriber does not take its notifications", Communications, "MINOR");

    /// <summary>All codes.</summary>
    public static ImmutableArray<AlarmCode> All { get; } =
    [
        VmUnwatched,
        VmDown,
        AgentLost,
        OperationFailedTemp,
        new("RECOVERY_FAILED", "Recovery of a VM failed", Equipment, "CRITICAL", IsRaised: false),
        new("RECOVERY_HELD_UP", "Operation in FAILED_TEMP holds up a recovery", Processing, "CRITICAL",
            IsRaised: false),
        new("SCALING_FAILED", "Automatic scaling failed", Processing, "MAJOR", IsRaised: false),
        new("VM_OVERLOADED", "Load beyond its threshold", QualityOfService, "WARNING", IsRaised: false),
        new("EVACUATION_INCOMPLETE", "VMs of a lost agent have no new agent", Communications, "CRITICAL",
            IsRaised: false),
        new("DRAIN_INCOMPLETE", "Drain ended with VMs left on its agent", Processing, "WARNING", IsRaised: false),
        SubscriptionSuspended,
    ];

    /// <summary>What the catalogue says of it, as it is stored with each alarm.</summary>
    public AlarmKind Kind => new(ProbableCause, EventType, Severity);
}
