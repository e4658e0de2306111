using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Simulation.Truth;

/// <summary>A row as it was and as it is; no former one when it is new.</summary>
internal readonly record struct Change<T>(T? Before, T After)
    where T : class;

/// <summary>What one commit of the manager's writer has changed.</summary>
internal sealed record Commit(
    TimeSpan At,
    ImmutableArray<Change<VnfInstance>> Instances,
    ImmutableArray<Change<WatchedVnfc>> Vnfcs,
    ImmutableArray<Change<VnfLcmOpOcc>> Occurrences,
    ImmutableArray<StoredNotification> Notifications,
    ImmutableArray<StoredEvent> Events,
    ImmutableArray<Change<StoredLevel>> Levels);
