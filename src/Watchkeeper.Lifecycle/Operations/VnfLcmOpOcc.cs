using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Lifecycle.Operations;

/// <summary>Names one operation occurrence (SOL003 <c>vnfLcmOpOccId</c>).</summary>
public readonly record struct OperationId(Guid Value)
{
    /// <summary>The id as lower-case hexadecimal with dashes, as it stands in URIs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>One occurrence of an operation: its state, its journal, its fault.</summary>
public sealed record VnfLcmOpOcc
{
    /// <summary>The occurrence's id.</summary>
    public required OperationId Id { get; init; }

    /// <summary>The VNF instance that it changes.</summary>
    public required VnfInstanceId VnfInstanceId { get; init; }

    /// <summary>The kind of change.</summary>
    public required LcmOperationType Operation { get; init; }

    /// <summary>The version of the plan by which it is finished.</summary>
    public required int PlanVersion { get; init; }

    /// <summary>The row's version, compared by every write.</summary>
    public long Version { get; init; }

    /// <summary>The state; <see cref="Moved"/> is the only way to another.</summary>
    public LcmOperationState State { get; init; } = LcmOperationState.Starting;

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>When it entered its present state.</summary>
    public required DateTimeOffset StateEnteredTime { get; init; }

    /// <summary>Whether the VNFM opened it by itself.</summary>
    public bool IsAutomaticInvocation { get; init; }

    /// <summary>Whether the VNFM takes the plan's unattended arrow out of FAILED_TEMP.</summary>
    public bool LeavesFailedTempUnattended { get; init; }

    /// <summary>The request (SOL003 <c>operationParams</c>).</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>Entries into a working state so far: each attempt, forward or backward, is one.</summary>
    public int Entry { get; init; }

    /// <summary>Whether the present or last attempt was a rollback.</summary>
    public bool IsBackward { get; init; }

    /// <summary>The steps that ended. It only grows.</summary>
    public ImmutableArray<JournalLine> Journal { get; init; } = [];

    /// <summary>Why it stopped; null when nothing failed.</summary>
    public Fault? Fault { get; init; }

    /// <summary>What went wrong without stopping it (SOL003 <c>warnings</c>).</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>What it changed of the instance (SOL003 <c>changedInfo</c>); null when nothing was changed.</summary>
    public JsonElement? ChangedInfo { get; init; }

    /// <summary>
    /// What only this kind of operation has to say, for example <c>monitoringMigration</c>; null when nothing.
    /// </summary>
    public JsonElement? Details { get; init; }

    /// <summary>What its own steps must remember to be able to go on or back; never shown. Null when nothing.</summary>
    public JsonElement? Memory { get; init; }

    /// <summary>Whether it still holds its VNF instance: FAILED_TEMP does, too.</summary>
    public bool IsOpen => !LcmStateMachine.IsEnd(State);

    /// <summary>Whether it is open and waits for nobody.</summary>
    public bool IsAtWork => IsOpen && State != LcmOperationState.FailedTemp;

    /// <summary>Whether the stored deployment now differs from before the operation because of it.</summary>
    public bool HasChangedService => Journal
        .Select(line => line.Outcome)
        .Aggregate(false, (changed, outcome) => outcome switch
        {
            StepOutcome.Done { ChangedService: true } => !changed,
            StepOutcome.Failed { ChangedService: true } => !changed,
            _ => changed,
        });

    /// <summary>What became of a step in the present attempt; null when it has not ended.</summary>
    public StepOutcome? OutcomeOf(StepName step)
    {
        foreach (var line in Journal)
        {
            if (line.Entry == Entry && line.Step == step)
            {
                return line.Outcome;
            }
        }

        return null;
    }

    /// <summary>The same occurrence with a warning, told once.</summary>
    public VnfLcmOpOcc Warned(string warning) => Warnings.Contains(warning, StringComparer.Ordinal)
        ? this
        : this with { Warnings = Warnings.Add(warning) };

    /// <summary>The same occurrence with a step ended.</summary>
    public VnfLcmOpOcc Ended(StepName step, StepOutcome outcome, DateTimeOffset now) =>
        this with { Journal = Journal.Add(new JournalLine(Entry, step, outcome, now)) };

    /// <summary>The same occurrence in the state that a trigger leads to.</summary>
    /// <param name="trigger">What happened.</param>
    /// <param name="fault">Why, when it is a failure; the fault so far is kept when null, and forgotten on
    /// success.</param>
    /// <param name="now">The time of entry.</param>
    /// <exception cref="InvalidOperationException">The state machine has no such arrow.</exception>
    public VnfLcmOpOcc Moved(LcmTrigger trigger, Fault? fault, DateTimeOffset now)
    {
        if (!LcmStateMachine.TryMove(State, trigger, out var to))
        {
            throw new InvalidOperationException($"{Operation} {Id} is {State}: {trigger} leads nowhere.");
        }

        var isWorking = to is LcmOperationState.Processing or LcmOperationState.RollingBack;
        return this with
        {
            State = to,
            StateEnteredTime = now,
            Entry = isWorking ? Entry + 1 : Entry,
            IsBackward = isWorking ? to == LcmOperationState.RollingBack : IsBackward,
            Fault = to == LcmOperationState.Completed ? null : fault ?? Fault,
        };
    }
}
