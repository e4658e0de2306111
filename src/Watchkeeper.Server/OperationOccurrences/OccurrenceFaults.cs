using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>What can be wrong with requests on operation occurrences, besides what the engine itself says.</summary>
internal static class OccurrenceFaults
{
    public static Fault Unsupported(OccurrenceTask task, LcmOperationType operation) => new(
        "faults/task-unsupported", "The operation does not support this", 404,
        $"An occurrence of {Spelling.Of(operation)} can't be asked for {task.Name}.");
}
