using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using static Watchkeeper.Lifecycle.Operations.IfFails;

namespace Lifecycle.Tests.Operations;

/// <summary>Plays a migration through the decider alone: the world is a list of steps that fail.</summary>
internal static class MigrationReplay
{
    private static readonly StepName Validate = new("validate");
    private static readonly StepName Unset = new("unset-monitor");
    private static readonly StepName Update = new("update-service");
    private static readonly StepName Set = new("set-monitor");
    private static readonly StepName Check = new("check-rollback");

    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// The plan as the requirement's error table has it (conventions 2.2), apart from the product's own.
    /// </summary>
    public static OperationPlan Plan { get; } = new()
    {
        Operation = LcmOperationType.MonitoringMigration,
        Version = 1,
        Forward =
        [
            new(Validate, Stop, Unattended: LcmTrigger.FailRequested),
            new(Unset, GoOn),
            new(Update, Stop, Amend: Set, Unattended: LcmTrigger.RollbackRequested),
            new(Set, Stop, Unattended: LcmTrigger.RollbackRequested),
        ],
        Backward =
        [
            new(Check, Stop),
            new(Unset, GoOn),
            new(Update, Stop, Amend: Set),
            new(Set, GoOn),
        ],
    };

    public static VnfLcmOpOcc Opened(bool unattended = false) => new()
    {
        Id = new OperationId(new Guid(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
        VnfInstanceId = new VnfInstanceId(new Guid(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
        Operation = LcmOperationType.MonitoringMigration,
        PlanVersion = 1,
        StartTime = Noon,
        StateEnteredTime = Noon,
        LeavesFailedTempUnattended = unattended,
    };

    /// <summary>Plays until the decider rests; then takes the next request of a client, if there is one.</summary>
    /// <param name="fails">
    /// The steps that fail, each as <c>entry:step</c>; <c>entry:step+</c> fails although it changed the deployment.
    /// </param>
    /// <param name="unattended">The flag <c>terminalStateOnError</c>.</param>
    /// <param name="requests">What clients ask, one at each rest.</param>
    /// <returns>The transcript: states, steps, and failed steps with <c>!</c>.</returns>
    public static string Play(string fails, bool unattended, params LcmTrigger[] requests)
    {
        var failing = fails.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var operation = Opened(unattended);
        var transcript = new List<string> { $"{operation.State}" };
        var clients = new Queue<LcmTrigger>(requests);
        while (true)
        {
            var decision = LcmDecider.Next(operation, Plan);
            LcmDecider.Next(operation with { }, Plan).ShouldBe(decision, "the same occurrence has the same decision");
            switch (decision)
            {
                case Decision.Perform(var step):
                    var outcome = OutcomeOf(operation, step, failing);
                    transcript.Add(outcome is StepOutcome.Failed ? $"!{step}" : $"{step}");
                    operation = operation.Ended(step, outcome, Noon);
                    break;

                case Decision.Move(var trigger, var fault):
                    operation = operation.Moved(trigger, fault, Noon);
                    transcript.Add($"{operation.State}");
                    break;

                case Decision.Rest when clients.TryDequeue(out var request):
                    operation = operation.Moved(request, null, Noon);
                    transcript.Add($"[{request}] {operation.State}");
                    break;

                default:
                    return string.Join(" > ", transcript);
            }
        }
    }

    private static StepOutcome OutcomeOf(VnfLcmOpOcc operation, StepName step, string[] failing)
    {
        var fault = new Fault("faults/test", "Test", 500, step.Value);

        // As the real step: a rollback that has nothing to undo is refused before any monitor is touched.
        if (step == Check && !operation.HasChangedService)
        {
            return new StepOutcome.Failed(fault);
        }

        var name = $"{operation.Entry}:{step}";
        var changes = step == Update && operation.IsBackward == operation.HasChangedService;
        return failing.Contains(name + "+") ? new StepOutcome.Failed(fault, ChangedService: true)
            : failing.Contains(name) ? new StepOutcome.Failed(fault)
            : new StepOutcome.Done(ChangedService: changes);
    }
}
