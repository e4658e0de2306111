using Watchkeeper.Server.Engine;

namespace Watchkeeper.Server.Notifications;

/// <summary>The kinds of notification: the standard's, and the one that the source document prints.</summary>
internal static class NotificationTypes
{
    public const string OperationOccurrence = StateNotification.StandardType;
    public const string IdentifierCreation = "VnfIdentifierCreationNotification";
    public const string IdentifierDeletion = "VnfIdentifierDeletionNotification";

    /// <summary>The type of a monitoring migration's notifications.</summary>
    public const string InfrastructureOccurrence = StateNotification.InfrastructureType;

    /// <summary>An alarm was raised or changed.</summary>
    public const string Alarm = "AlarmNotification";

    /// <summary>An alarm was cleared.</summary>
    public const string AlarmCleared = "AlarmClearedNotification";

    /// <summary>All types that a filter on alarms may name; the list of alarms is never rebuilt.</summary>
    public static ImmutableArray<string> OfAlarms => [Alarm, AlarmCleared, "AlarmListRebuiltNotification"];

    /// <summary>All types that a filter on lifecycle changes may name.</summary>
    public static ImmutableArray<string> All =>
        [OperationOccurrence, IdentifierCreation, IdentifierDeletion, InfrastructureOccurrence];

    /// <summary>The types that have an operation and a state, and so can be filtered by them.</summary>
    public static ImmutableArray<string> OfOperations => [OperationOccurrence, InfrastructureOccurrence];
}
