using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Engine;

/// <summary>One re-enterable act upon the world: looks at what is, and does what is missing.</summary>
/// <remarks>
/// A step never commits its outcome itself: it returns it with the writes that belong to it, and the runner stores both
/// in one transaction. What must be stored before something is sent, the step commits on its own.
/// </remarks>
internal interface IStep
{
    /// <summary>The operation whose plans have this step.</summary>
    LcmOperationType Operation { get; }

    /// <summary>The step's name in those plans.</summary>
    StepName Name { get; }

    /// <summary>
    /// Does the step. An unexpected exception is caught by the runner and becomes a failure with a reference.
    /// </summary>
    Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken);

    /// <summary>
    /// What is stored with a failure of the step that nobody expected: the events that clients are promised of any
    /// failure.
    /// </summary>
    /// <param name="operation">The occurrence as it was before the step.</param>
    /// <param name="fault">The failure as clients see it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<ImmutableArray<Write>> FailureWritesAsync(
        VnfLcmOpOcc operation, Fault fault, CancellationToken cancellationToken) =>
        Task.FromResult(ImmutableArray<Write>.Empty);
}

/// <summary>What a step leaves to the runner.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Operation">The occurrence, with what the step changed of it (warnings, details, changed info); not its
/// journal.</param>
/// <param name="Writes">Writes that are true exactly when the outcome is stored.</param>
/// <param name="Stored">Called once the outcome is durable, before anything else is decided; null when nothing waits
/// for it.</param>
internal sealed record StepResult(
    StepOutcome Outcome, VnfLcmOpOcc Operation, ImmutableArray<Write> Writes, Action? Stored = null)
{
    /// <summary>
    /// Set by a step that can only wait: nothing is stored, and the step is performed again when the task is over.
    /// Until then the occurrence takes no place among those at work.
    /// </summary>
    public Task? Until { get; private init; }

    public static StepResult Done(VnfLcmOpOcc operation, params ImmutableArray<Write> writes) =>
        new(new StepOutcome.Done(), operation, writes);

    /// <summary>There is no outcome yet.</summary>
    public static StepResult Waiting(VnfLcmOpOcc operation, Task until) =>
        new(new StepOutcome.Done(), operation, []) { Until = until };
}
