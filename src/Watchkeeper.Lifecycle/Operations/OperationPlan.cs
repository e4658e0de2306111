using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Lifecycle.Operations;

/// <summary>Names one step of a plan, for example <c>unset-monitor</c>.</summary>
public readonly record struct StepName(string Value)
{
    /// <inheritdoc />
    public override string ToString() => Value;
}

/// <summary>How a plan takes the failure of a step.</summary>
public enum IfFails
{
    /// <summary>The plan stops, and the occurrence is interrupted.</summary>
    Stop,

    /// <summary>The failure becomes a warning, and the plan goes on.</summary>
    GoOn,
}

/// <summary>One step as a plan has it.</summary>
/// <param name="Name">Which step.</param>
/// <param name="IfFails">How its failure is taken.</param>
/// <param name="Amend">A step done before stopping, to leave things no worse.</param>
/// <param name="Unattended">The arrow that the VNFM itself takes out of FAILED_TEMP when it is told not to wait for a
/// person.</param>
/// <param name="OnlyWaits">Whether the step only waits for what the VMs' monitors say: it holds up nobody who cares
/// for the monitors meanwhile.</param>
public sealed record PlannedStep(
    StepName Name, IfFails IfFails, StepName? Amend = null, LcmTrigger? Unattended = null, bool OnlyWaits = false);

/// <summary>The steps of an operation forward and backward, and how each failure is taken. Direction is data.</summary>
public sealed record OperationPlan
{
    /// <summary>The operation.</summary>
    public required LcmOperationType Operation { get; init; }

    /// <summary>The version; an occurrence is finished by the version that it was opened with.</summary>
    public required int Version { get; init; }

    /// <summary>Steps in STARTING. A failure ends the occurrence ROLLED_BACK: nothing was touched.</summary>
    public ImmutableArray<PlannedStep> Preparation { get; init; } = [];

    /// <summary>Steps in PROCESSING.</summary>
    public required ImmutableArray<PlannedStep> Forward { get; init; }

    /// <summary>Steps in ROLLING_BACK.</summary>
    public required ImmutableArray<PlannedStep> Backward { get; init; }

    /// <summary>Whether cancel is served; an atomic operation refuses it.</summary>
    public bool IsCancellable { get; init; }
}

/// <summary>What became of a step. A closed set.</summary>
public abstract record StepOutcome
{
    private StepOutcome()
    {
    }

    /// <summary>The step's goal is met, by this attempt or before it.</summary>
    /// <param name="ChangedService">Whether the stored deployment differs from before the operation because of
    /// it.</param>
    public sealed record Done(bool ChangedService = false) : StepOutcome;

    /// <summary>The step failed in a way that was expected.</summary>
    /// <param name="Fault">Why.</param>
    /// <param name="ChangedService">Whether the stored deployment was changed although the step failed.</param>
    public sealed record Failed(Fault Fault, bool ChangedService = false) : StepOutcome;
}

/// <summary>One line of an occurrence's journal: a step that ended.</summary>
/// <param name="Entry">The entry into a working state during which it ended.</param>
/// <param name="Step">The step.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="At">When.</param>
public sealed record JournalLine(int Entry, StepName Step, StepOutcome Outcome, DateTimeOffset At);

/// <summary>What is to be done next about an occurrence. A closed set.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>Do a step, and journal its outcome.</summary>
    public sealed record Perform(StepName Step) : Decision;

    /// <summary>Take an arrow.</summary>
    public sealed record Move(LcmTrigger Trigger, Fault? Fault = null) : Decision;

    /// <summary>Nothing: it has ended, or waits for a client.</summary>
    public sealed record Rest : Decision;
}
