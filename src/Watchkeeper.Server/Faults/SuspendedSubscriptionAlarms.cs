using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>
/// Raises the alarm of subscriptions that were suspended, and clears that of those that are told again or gone.
/// </summary>
/// <remarks>Whoever is suspended is not told of it: its place in the log is put behind the alarm when it is resumed.
/// </remarks>
internal sealed class SuspendedSubscriptionAlarms(Store store, AlarmWriting alarms) : IAlarmRound
{
    // The subscriptions with an open alarm; null until they were read.
    private HashSet<string>? _open;

    /// <inheritdoc />
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        _open ??= [.. (await store.OpenAlarmsAsync(AlarmCode.SubscriptionSuspended.Name, cancellationToken))
            .Select(alarm => alarm.Subject)];
        var suspended = (await store.SuspendedSubscriptionsAsync(cancellationToken))
            .ToDictionary(row => row.Id.ToString("D"), StringComparer.Ordinal);
        foreach (var (id, row) in suspended.Where(pair => !_open.Contains(pair.Key)))
        {
            if (await RaiseAsync(row, cancellationToken))
            {
                _open.Add(id);
            }
        }

        foreach (var id in _open.Where(id => !suspended.ContainsKey(id)).ToList())
        {
            await store.CommitAsync(alarms.Clear(AlarmCode.SubscriptionSuspended, id), cancellationToken);
            _open.Remove(id);
        }
    }

    private async Task<bool> RaiseAsync(SubscriptionRow row, CancellationToken cancellationToken)
    {
        // The whole URI may carry what only the subscriber should know.
        var where = new Uri(row.CallbackUri).GetLeftPart(UriPartial.Authority);
        var detail = $"{where} does not take its notifications; {row.Dropped} of them were dropped";
        try
        {
            await store.CommitAsync(
                [SubscriptionTable.StillSuspended(row.Id), .. alarms.RaiseOfSubscription(row, detail)],
                cancellationToken);
            return true;
        }
        catch (StoreConflictException)
        {
            // It was resumed or ended meanwhile.
            return false;
        }
    }
}
