using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Storage.Model;

namespace Watchkeeper.Server.Storage;

/// <summary>The alarms.</summary>
internal sealed partial class Store
{
    public async Task<AlarmRow?> FindAlarmAsync(Guid id, CancellationToken cancellationToken)
    {
        var key = id.ToString("D");
        var found = await ListAsync(db => db.Alarms.Where(row => row.Id == key), Alarm, cancellationToken);
        return found.SingleOrDefault();
    }

    /// <summary>A page in the order of ids, open alarms and cleared ones.</summary>
    public Task<ImmutableArray<AlarmRow>> AlarmsAsync(Guid? after, int count, CancellationToken cancellationToken)
    {
        var key = after?.ToString("D") ?? "";
        return ListAsync(
            db => db.Alarms.Where(row => string.Compare(row.Id, key) > 0).OrderBy(row => row.Id).Take(count),
            Alarm,
            cancellationToken);
    }

    /// <summary>The open alarms of a code.</summary>
    public Task<ImmutableArray<AlarmRow>> OpenAlarmsAsync(string code, CancellationToken cancellationToken) =>
        ListAsync(
            db => db.Alarms.Where(row => row.Code == code && row.ClearedAt == null).OrderBy(row => row.Subject),
            Alarm,
            cancellationToken);

    /// <summary>How many alarms are open, and how many of these nobody has acknowledged.</summary>
    public async Task<(int Open, int Unacknowledged)> CountOpenAlarmsAsync(CancellationToken cancellationToken)
    {
        var open = await ListAsync(
            db => db.Alarms.Where(row => row.ClearedAt == null).GroupBy(row => row.AcknowledgedAt == null)
                .Select(group => new { IsNew = group.Key, Count = group.Count() }),
            group => (group.IsNew, group.Count),
            cancellationToken);
        return (open.Sum(group => group.Count), open.Where(group => group.IsNew).Sum(group => group.Count));
    }

    /// <summary>How many alarms of each code are open, read at once; codes without one are left out.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be read now.</exception>
    public IReadOnlyDictionary<string, int> OpenAlarmsByCode() => ReadHot(
            "SELECT code, COUNT(*) FROM alarms WHERE cleared_at IS NULL AND code > @p0 GROUP BY code",
            "",
            row => KeyValuePair.Create(row.GetString(0), row.GetInt32(1)))
        .ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>What filters look at in a VNF instance, read at once; only its id when it is gone.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be read now.</exception>
    public NotifiedInstance NotifiedInstanceOf(VnfInstanceId id) =>
        ReadHot(
            "SELECT document FROM vnf_instances WHERE id = @p0",
            id.ToString(),
            row => NotifiedInstance.Of(Documents.Read<VnfInstance>(row.GetString(0)))).SingleOrDefault()
        ?? new NotifiedInstance(id, null, "", "", "", "", "");

    private static AlarmRow Alarm(AlarmRecord row) => Documents.Read<AlarmRow>(row.Document) with
    {
        Version = row.Version,
        AcknowledgedAt = Time(row.AcknowledgedAt),
        ChangedAt = Time(row.ChangedAt),
        ClearedAt = Time(row.ClearedAt),
    };

    private static DateTimeOffset? Time(long? milliseconds) =>
        milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
