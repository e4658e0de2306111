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
    public static StepResult Done(VnfLcmOpOcc operation, params ImmutableArray<Write> writes) =>
        new(new StepOutcome.Done(), operation, writes);
}
