using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>What became of a request on an occurrence. A closed set.</summary>
internal abstract record TaskAnswer
{
    private TaskAnswer()
    {
    }

    /// <summary>The arrow was taken and stored; this is the occurrence after it.</summary>
    public sealed record Taken(VnfLcmOpOcc Operation) : TaskAnswer;

    /// <summary>There is no such occurrence.</summary>
    public sealed record Unknown : TaskAnswer;

    /// <summary>It was refused; nothing changed.</summary>
    public sealed record Refused(Fault Fault) : TaskAnswer;
}

/// <summary>Asks the engine for retry, rollback or fail of an occurrence; returns once the arrow is stored with its notification.</summary>
internal delegate Task<TaskAnswer> AskOccurrence(
    OperationId id, LcmTrigger trigger, CancellationToken cancellationToken);
