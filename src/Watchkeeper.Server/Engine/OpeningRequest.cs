using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Engine;

/// <summary>What an operation asks of the desk.</summary>
internal sealed record OpeningRequest
{
    public required VnfInstanceId VnfInstanceId { get; init; }

    public required LcmOperationType Operation { get; init; }

    /// <summary>The request, for <c>operationParams</c>.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>Whether the VNFM opens it by itself.</summary>
    public bool IsAutomaticInvocation { get; init; }

    /// <summary>Whether the VNFM takes the plan's unattended arrow out of FAILED_TEMP.</summary>
    public bool LeavesFailedTempUnattended { get; init; }

    /// <summary>
    /// Why the instance's state forbids the operation; null when it does not. Asked of what the commit will meet.
    /// </summary>
    public Func<VnfInstance, Fault?> Objection { get; init; } = _ => null;

    /// <summary>What is stored with the opening, and only with it.</summary>
    public Func<VnfInstance, VnfLcmOpOcc, ImmutableArray<Write>> AlsoWritten { get; init; } = (_, _) => [];
}
