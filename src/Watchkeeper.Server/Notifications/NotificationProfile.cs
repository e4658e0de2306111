using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Notifications;

/// <summary>
/// As what monitoring migrations are told and shown (<c>notification.profile</c>); nothing else differs.
/// </summary>
/// <param name="Name">As it stands in the configuration.</param>
/// <param name="TellsSource">Whether they are told as the source document tells them.</param>
/// <param name="TellsStandard">Whether they are told as changes of the instance's information, which every client of
/// SOL003 v3.7.1 knows.</param>
internal sealed record NotificationProfile(string Name, bool TellsSource, bool TellsStandard)
{
    /// <summary>The source document's type and operation.</summary>
    public static NotificationProfile Source { get; } = new("source", TellsSource: true, TellsStandard: false);

    /// <summary>Only what the standard has.</summary>
    public static NotificationProfile Standard { get; } = new("standard", TellsSource: false, TellsStandard: true);

    /// <summary>Each state twice: as the source document tells it, then as the standard does.</summary>
    public static NotificationProfile Both { get; } = new("both", TellsSource: true, TellsStandard: true);

    /// <summary>All profiles; the first is the default.</summary>
    public static ImmutableArray<NotificationProfile> All => [Source, Standard, Both];

    /// <summary>Whether an occurrence of an operation is shown as another, the standard's.</summary>
    public bool ShowsAsStandard(LcmOperationType operation) =>
        !TellsSource && operation == LcmOperationType.MonitoringMigration;

    /// <summary>The profile of a name that the configuration has checked; the default for null.</summary>
    public static NotificationProfile Of(string? name) => name is null
        ? Source
        : All.First(profile => string.Equals(profile.Name, name, StringComparison.OrdinalIgnoreCase));
}
