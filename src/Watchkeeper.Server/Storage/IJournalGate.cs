using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Storage;

/// <summary>A commit of an occurrence: where a drill may hold the operation, or end the process.</summary>
/// <param name="Occurrence">The occurrence as the commit stores it.</param>
/// <param name="Step">The step whose outcome is stored; null when none is.</param>
/// <param name="IsStateEntered">Whether the occurrence enters its state by this commit.</param>
internal sealed record JournalPoint(VnfLcmOpOcc Occurrence, StepName? Step, bool IsStateEntered);

/// <summary>Stands before and after every commit of an occurrence.</summary>
internal interface IJournalGate
{
    /// <summary>Returns when the operation may go on.</summary>
    /// <param name="point">Which commit.</param>
    /// <param name="isStored">Whether it is stored already: then a cancelled wait just ends.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task PassAsync(JournalPoint point, bool isStored, CancellationToken cancellationToken);
}
