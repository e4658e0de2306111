namespace Watchkeeper.Lifecycle.Operations;

/// <summary>
/// Says what is to be done next about an occurrence. Same occurrence, same decision: also after a crash.
/// </summary>
public static class LcmDecider
{
    /// <summary>The next decision.</summary>
    /// <param name="operation">The occurrence as it is stored.</param>
    /// <param name="plan">The plan of the version that it was opened with.</param>
    public static Decision Next(VnfLcmOpOcc operation, OperationPlan plan)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(plan);
        return operation.State switch
        {
            LcmOperationState.Starting =>
                NextIn(plan.Preparation, operation, LcmTrigger.Admitted, LcmTrigger.Refused),
            LcmOperationState.Processing =>
                NextIn(plan.Forward, operation, LcmTrigger.Succeeded, LcmTrigger.Interrupted),
            LcmOperationState.RollingBack when IsAlreadyUndone(operation) =>
                new Decision.Move(LcmTrigger.Succeeded),
            LcmOperationState.RollingBack =>
                NextIn(plan.Backward, operation, LcmTrigger.Succeeded, LcmTrigger.Interrupted),
            LcmOperationState.FailedTemp => WayOut(operation, plan),
            _ => new Decision.Rest(),
        };
    }

    /// <summary>
    /// Whether the monitors of the VNF's VMs are the operation's own to settle just now. One in FAILED_TEMP waits for
    /// somebody, and one whose step only waits is done with them: neither holds up a watch.
    /// </summary>
    /// <param name="operation">The occurrence as it is stored.</param>
    /// <param name="plan">The plan of the version that it was opened with.</param>
    public static bool HoldsMonitors(VnfLcmOpOcc operation, OperationPlan plan)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(plan);
        return operation.IsAtWork
            && !(operation.State == LcmOperationState.Processing
                && Next(operation, plan) is Decision.Perform { Step: var next }
                && plan.Forward.Any(step => step.Name == next && step.OnlyWaits));
    }

    private static Decision NextIn(
        ImmutableArray<PlannedStep> steps, VnfLcmOpOcc operation, LcmTrigger done, LcmTrigger failedBy)
    {
        foreach (var step in steps)
        {
            switch (operation.OutcomeOf(step.Name))
            {
                case null:
                    return new Decision.Perform(step.Name);

                case StepOutcome.Failed failed when step.IfFails == IfFails.Stop:
                    return step.Amend is { } amend && operation.OutcomeOf(amend) is null
                        ? new Decision.Perform(amend)
                        : new Decision.Move(failedBy, failed.Fault);
            }
        }

        return new Decision.Move(done);
    }

    // The VNFM's own rollback of an update that changed nothing asks for no update: its goal is met already. A client
    // who asks for it is told so by the plan's first backward step.
    // Looked at before the first step only: a rollback whose update is done still has to set the monitors again.
    private static bool IsAlreadyUndone(VnfLcmOpOcc operation) =>
        operation.LeavesFailedTempUnattended
        && !operation.HasChangedService
        && !operation.Journal.Any(line => line.Entry == operation.Entry);

    // After a rollback that failed the VNFM takes no arrow by itself: it would loop.
    private static Decision WayOut(VnfLcmOpOcc operation, OperationPlan plan)
    {
        if (!operation.LeavesFailedTempUnattended || operation.IsBackward)
        {
            return new Decision.Rest();
        }

        foreach (var step in plan.Forward)
        {
            if (step is { IfFails: IfFails.Stop, Unattended: { } trigger }
                && operation.OutcomeOf(step.Name) is StepOutcome.Failed)
            {
                return new Decision.Move(trigger);
            }
        }

        return new Decision.Rest();
    }
}
