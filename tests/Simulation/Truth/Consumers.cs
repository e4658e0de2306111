using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Simulation.Truth;

/// <summary>The consumers: what each subscription matches, by their own reading, and what it was told.</summary>
internal sealed class Consumers(World world)
{
    /// <summary>Subscription to everything, and one to failures only.</summary>
    public ImmutableArray<Consumer> All { get; } =
    [
        new(Machines.SeededIds.Number(7, 1), null, _ => true),
        new(Machines.SeededIds.Number(7, 2),
            """{"operationStates":["FAILED_TEMP","ROLLED_BACK"]}""",
            entry => entry.Operation?.State is LcmOperationState.FailedTemp or LcmOperationState.RolledBack),
    ];

    /// <summary>A subscription was told a notification, for the first time or again.</summary>
    public void Told(Guid subscription, Guid notification)
    {
        var consumer = All.Single(one => one.Id == subscription);
        var entry = world.Truth.Notifications.FirstOrDefault(stored => stored.Entry.Id == notification);
        if (entry is null)
        {
            world.Violate("notifications", $"{consumer.Name} was told {notification}, which is not stored.");
        }
        else if (!consumer.Matches(entry.Entry))
        {
            world.Violate("notifications", $"{consumer.Name} was told what it did not subscribe to.");
        }
        else if (entry.Position > consumer.ToldTo)
        {
            var missed = Waiting(consumer).FirstOrDefault(stored => stored.Position < entry.Position);
            if (missed is not null)
            {
                world.Violate(
                    "notifications",
                    $"{consumer.Name} was told entry {entry.Position} and never {missed.Position} before it.");
            }

            consumer.ToldTo = entry.Position;
            world.Log.Say("consumer", $"{consumer.Name} is told {world.Names.Of(entry.Entry)}");
        }
    }

    /// <summary>What a subscription has still to be told.</summary>
    public IEnumerable<StoredNotification> Waiting(Consumer consumer) => world.Truth.Notifications
        .Where(stored => stored.Position > consumer.ToldTo && consumer.Matches(stored.Entry));
}

/// <summary>One consumer.</summary>
internal sealed class Consumer(Guid id, string? filter, Func<NotificationEntry, bool> matches)
{
    public Guid Id => id;

    public string? Filter => filter;

    public string Name => filter is null ? "everything" : "failures";

    public Uri Uri => new($"http://{Name}/");

    public long ToldTo { get; set; }

    public bool Matches(NotificationEntry entry) => matches(entry);
}
