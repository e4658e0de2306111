using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>What can be wrong with requests on operation occurrences.</summary>
internal static class OccurrenceFaults
{
    public static Fault Unsupported(string task, LcmOperationType operation) => new(
        "faults/task-unsupported", "The operation does not support this", 404,
        $"An occurrence of {LcmNames.Print(operation)} can't be asked for {task}.");

    public static Fault WrongState(string task, LcmOperationState state) => new(
        "faults/wrong-state", "Not possible in this state", 409,
        $"The occurrence is {LcmNames.Print(state)}; {task} is possible in FAILED_TEMP only.");
}
