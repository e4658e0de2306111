using System.Threading.Channels;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>
/// Writes measured gaps into the occurrences that they belong to, without a state change or a notification.
/// </summary>
/// <remarks>
/// A gap is known with the new agent's first probe, mostly after the operation has ended. While it is still at work its
/// runner owns the row, so the gap waits; in FAILED_TEMP nobody does, and it may stay there for long. The first gap of
/// a VM counts: what its agent reports when it is set again later is no part of this migration.
/// </remarks>
internal sealed partial class GapRecorder(
    Store store, VerdictMetrics metrics, TimeProvider time, ILogger<GapRecorder> logger)
{
    /// <summary>
    /// Gaps waiting to be written; beyond it the newest are dropped, and their occurrences show null.
    /// </summary>
    private const int MostWaiting = 50_000;

    /// <summary>Tries of one gap before it is dropped.</summary>
    private const int MostTries = 1_200;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    private readonly Channel<Measured> _waiting = Channel.CreateBounded<Measured>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Takes a gap: the time from the former agent's last probe of a VM to the present one's first.</summary>
    public void Take(Vnfc vnfc, TimeSpan gap)
    {
        if (vnfc.MovedBy is { } operation)
        {
            _waiting.Writer.TryWrite(new Measured(new OperationId(operation), vnfc.Id, gap, 0));
        }
    }

    /// <summary>Writes gaps until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            var mustWait = false;
            var batch = new List<Measured>();
            while (batch.Count < 500 && _waiting.Reader.TryRead(out var measured))
            {
                batch.Add(measured);
            }

            foreach (var written in await Task.WhenAll(batch.GroupBy(gap => gap.Operation)
                .Select(gaps => WriteAsync(gaps.Key, [.. gaps], cancellationToken))))
            {
                mustWait |= !written;
            }

            if (mustWait)
            {
                await Task.Delay(RetryAfter, time, cancellationToken);
            }
        }
    }

    private async Task<bool> WriteAsync(
        OperationId id, ImmutableArray<Measured> gaps, CancellationToken cancellationToken)
    {
        try
        {
            var operation = await store.FindOccurrenceAsync(id, cancellationToken);
            if (operation is null || MigrationRecord.Of(operation) is not { } record)
            {
                return true;
            }

            if (operation.State is LcmOperationState.Completed or LcmOperationState.Failed
                or LcmOperationState.RolledBack or LcmOperationState.FailedTemp)
            {
                var open = record.Vnfcs.Where(moved => moved.GapMs is null).Select(moved => moved.VnfcInstanceId)
                    .ToList();
                gaps = [.. gaps.Where(gap => open.Contains(gap.Vnfc.Value)).DistinctBy(gap => gap.Vnfc)];
                if (gaps.IsEmpty)
                {
                    return true;
                }

                var next =
                    gaps.Aggregate(record, (written, gap) => written.With(gap.Vnfc.Value, moved => Filled(moved, gap)));
                await store.CommitAsync([OccurrenceTable.Update(operation.With(next))], cancellationToken);
                foreach (var moved in next.Vnfcs.Where(moved =>
                    gaps.Any(gap => gap.Vnfc.Value == moved.VnfcInstanceId)))
                {
                    metrics.GapMeasured(
                        TimeSpan.FromMilliseconds(moved.GapMs ?? 0), TimeSpan.FromMilliseconds(moved.ExcessGapMs ?? 0));
                }

                return true;
            }
        }
        catch (StoreConflictException)
        {
            // Its runner, or a client, was faster: read it again.
        }
        catch (StoreUnavailableException unavailable)
        {
            LogGapWaits(id, unavailable.Message);
        }

        foreach (var gap in gaps.Where(gap => gap.Tries < MostTries))
        {
            _waiting.Writer.TryWrite(gap with { Tries = gap.Tries + 1 });
        }

        return false;
    }

    private static MovedVnfc Filled(MovedVnfc moved, Measured gap) => moved with
    {
        GapMs = Math.Round(gap.Gap.TotalMilliseconds, 3),
        ExcessGapMs = Math.Round(Math.Max(0, gap.Gap.TotalMilliseconds - moved.PollMs), 3),
    };

    private sealed record Measured(OperationId Operation, VnfcId Vnfc, TimeSpan Gap, int Tries);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The gaps of {OperationId} wait: {Why}")]
    private partial void LogGapWaits(OperationId operationId, string why);
}
