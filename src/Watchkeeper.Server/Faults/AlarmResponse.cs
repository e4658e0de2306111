using System.Text.Json.Serialization;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>An alarm as clients see it (SOL003 <c>Alarm</c>), with what ours name besides.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ManagedObjectId">The VNF instance; the agent when an alarm is no VNF's.</param>
/// <param name="RootCauseFaultyResource">The VM that fails; absent where no VM is what fails.</param>
/// <param name="AlarmRaisedTime">When it was raised.</param>
/// <param name="AlarmChangedTime">When it was last changed.</param>
/// <param name="AlarmClearedTime">When it was cleared; absent while it is open.</param>
/// <param name="AlarmAcknowledgedTime">When it was acknowledged.</param>
/// <param name="AckState">Whether it is acknowledged.</param>
/// <param name="PerceivedSeverity">The severity that its code has; a cleared alarm keeps it.</param>
/// <param name="EventTime">When its condition began.</param>
/// <param name="EventType">The kind of event.</param>
/// <param name="FaultType">Its code in our catalogue.</param>
/// <param name="ProbableCause">The probable cause.</param>
/// <param name="IsRootCause">Always true: alarms are not correlated.</param>
/// <param name="FaultDetails">What happened, for people.</param>
/// <param name="VnfcInstanceId">Our extension: the VM.</param>
/// <param name="VnfLcmOpOccId">Our extension: the operation.</param>
/// <param name="MonitoringAgent">Our extension: the agent.</param>
/// <param name="Links">Where it is, and what it is about.</param>
internal sealed record AlarmResponse(
    string Id,
    string ManagedObjectId,
    FaultyResourceResponse? RootCauseFaultyResource,
    DateTimeOffset AlarmRaisedTime,
    DateTimeOffset? AlarmChangedTime,
    DateTimeOffset? AlarmClearedTime,
    DateTimeOffset? AlarmAcknowledgedTime,
    string AckState,
    string PerceivedSeverity,
    DateTimeOffset EventTime,
    string EventType,
    string FaultType,
    string ProbableCause,
    bool IsRootCause,
    string[] FaultDetails,
    string? VnfcInstanceId,
    string? VnfLcmOpOccId,
    [property: JsonPropertyName("monitoring_agent")] string? MonitoringAgent,
    [property: JsonPropertyName("_links")] AlarmLinks Links)
{
    public const string Acknowledged = "ACKNOWLEDGED";
    public const string Unacknowledged = "UNACKNOWLEDGED";

    public static AlarmResponse Of(AlarmRow alarm, Links links) => new(
        alarm.Id.ToString("D"),
        alarm.Instance?.Id.ToString() ?? alarm.Subject,
        alarm.Resource is { IsFaulty: true } vm
            ? new FaultyResourceResponse(
                new FaultyHandleResponse(vm.ResourceId.Length > 0 ? vm.ResourceId : vm.VnfcId.ToString()), "COMPUTE")
            : null,
        alarm.RaisedAt,
        alarm.ChangedAt,
        alarm.ClearedAt,
        alarm.AcknowledgedAt,
        alarm.AcknowledgedAt is null ? Unacknowledged : Acknowledged,
        alarm.Kind.Severity,
        alarm.EventTime,
        alarm.Kind.EventType,
        alarm.Code,
        alarm.Kind.ProbableCause,
        IsRootCause: true,
        [.. alarm.Details],
        alarm.Resource?.VnfcId.ToString(),
        alarm.OperationId?.ToString(),
        alarm.Agent,
        new AlarmLinks(
            new Link(links.Alarm(alarm.Id)),
            alarm.Instance is { } instance ? new Link(links.Instance(instance.Id))
                : alarm.Agent is { } agent ? new Link(links.Agent(agent))
                : null));
}

/// <summary>The resource that causes a fault (SOL003 <c>FaultyResourceInfo</c>).</summary>
internal sealed record FaultyResourceResponse(FaultyHandleResponse FaultyResource, string FaultyResourceType);

/// <summary>The resource's handle at the VIM (SOL003 <c>ResourceHandle</c>).</summary>
internal sealed record FaultyHandleResponse(string ResourceId);

/// <summary>Links of an alarm.</summary>
internal sealed record AlarmLinks(Link Self, Link? ObjectInstance);

/// <summary>What may be changed of an alarm (SOL003 <c>AlarmModifications</c>).</summary>
internal sealed record AlarmModifications(string AckState);

/// <summary>How alarms are printed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcMilliseconds)])]
[JsonSerializable(typeof(AlarmResponse))]
[JsonSerializable(typeof(AlarmModifications))]
internal sealed partial class AlarmsJson : JsonSerializerContext;
