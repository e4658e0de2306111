using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>One of the four requests on an occurrence: asked of the state machine and of the plan whether it is
/// possible.</summary>
/// <param name="Name">The task's name in URIs.</param>
/// <param name="Trigger">The arrow that it takes; null for cancel, which has none of its own.</param>
internal sealed record OccurrenceTask(string Name, LcmTrigger? Trigger)
{
    public static OccurrenceTask Retry { get; } = new("retry", LcmTrigger.RetryRequested);

    public static OccurrenceTask Rollback { get; } = new("rollback", LcmTrigger.RollbackRequested);

    public static OccurrenceTask Fail { get; } = new("fail", LcmTrigger.FailRequested);

    public static OccurrenceTask Cancel { get; } = new("cancel", Trigger: null);

    /// <summary>Whether an occurrence of this plan can have this done to it in some state; else the task is a
    /// 404.</summary>
    /// <remarks>An operation whose plan has nothing backward can't be rolled back, and an atomic one can't be
    /// cancelled.</remarks>
    public bool IsSupported(OperationPlan? plan) => Trigger switch
    {
        LcmTrigger.RollbackRequested => plan is { Backward.IsEmpty: false },
        null => plan is { IsCancellable: true },
        _ => plan is not null,
    };

    /// <summary>Whether it would be accepted now.</summary>
    public bool IsPossible(LcmOperationState state, OperationPlan? plan) =>
        IsSupported(plan) && (Trigger is { } trigger
            ? LcmStateMachine.TryMove(state, trigger, out _)
            : state is LcmOperationState.Starting or LcmOperationState.Processing or LcmOperationState.RollingBack);
}
