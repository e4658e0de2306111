using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Simulation.Truth;

/// <summary>The consumers: what each subscription matches, by their own reading, and what it was told.</summary>
internal sealed class Consumers(World world)
{
    private readonly List<Consumer> _all =
    [
        new(Machines.SeededIds.Number(7, 1), "everything", null, _ => true),
        new(Machines.SeededIds.Number(7, 2), "failures",
            """{"operationStates":["FAILED_TEMP","ROLLED_BACK"]}""",
            entry => entry.Operation?.State is LcmOperationState.FailedTemp or LcmOperationState.RolledBack),
    ];
    private readonly HashSet<Guid> _ended = [];
    private int _late;

    /// <summary>A subscription to everything, one to failures only, and those that clients made meanwhile.</summary>
    public IReadOnlyList<Consumer> All => _all;

    /// <summary>What a client has subscribed last, to everything; null when none is left.</summary>
    public Consumer? Latecomer =>
        _all.FirstOrDefault(consumer => consumer.Name.StartsWith("late", StringComparison.Ordinal));

    /// <summary>Subscriptions may have begun with a commit, which is told what comes after it, or have ended.</summary>
    public void Committed(long endBefore, long end)
    {
        foreach (var (id, start) in world.Truth.Subscriptions.Where(pair => _all.All(one => one.Id != pair.Key)))
        {
            if (start < endBefore || start > end)
            {
                world.Violate(
                    "notifications", $"A subscription began at {start}, when the log went from {endBefore} to {end}.");
            }

            _all.Add(new Consumer(id, $"late{++_late}", null, _ => true) { ToldTo = start });
        }

        foreach (var gone in _all.Where(one => !world.Truth.Subscriptions.ContainsKey(one.Id)).ToList())
        {
            _all.Remove(gone);
            _ended.Add(gone.Id);
        }
    }

    /// <summary>A subscription was told a notification, for the first time or again.</summary>
    public void Told(Guid subscription, Guid notification)
    {
        if (_ended.Contains(subscription))
        {
            // It was on its way when the subscription ended.
            return;
        }

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
internal sealed class Consumer(Guid id, string name, string? filter, Func<NotificationEntry, bool> matches)
{
    public Guid Id => id;

    public string? Filter => filter;

    public string Name => name;

    public Uri Uri => new($"http://{Name}/");

    public long ToldTo { get; set; }

    public bool Matches(NotificationEntry entry) => matches(entry);
}
