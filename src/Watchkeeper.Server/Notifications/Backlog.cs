using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Subscriptions;

namespace Watchkeeper.Server.Notifications;

/// <summary>Counts what waits for one subscription. Every entry of the log is looked at once, however often it is
/// asked.</summary>
internal sealed class Backlog(Store store, Interest wanted, long cursor)
{
    private const int Step = 1000;

    /// <summary>How far the log was counted.</summary>
    public long CountedTo { get; private set; } = cursor;

    /// <summary>How many entries wait, as far as the log was counted.</summary>
    public long Count { get; private set; }

    /// <summary>Notes that the subscription has got past an entry.</summary>
    public void Passed(StoredNotification entry, bool matched)
    {
        if (entry.Position > CountedTo)
        {
            CountedTo = entry.Position;
        }
        else if (matched)
        {
            Count--;
        }
    }

    /// <summary>Counts to the log's present end.</summary>
    public async Task CountAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var entries = await store.NotificationTail.ReadAsync(CountedTo, Step, cancellationToken);
            if (entries.IsEmpty)
            {
                return;
            }

            Count += entries.Count(entry => !wanted(entry.Entry).IsEmpty);
            CountedTo = entries[^1].Position;
        }
    }

    /// <summary>Forgets all that waited: it was dropped.</summary>
    public void Drop() => Count = 0;
}
