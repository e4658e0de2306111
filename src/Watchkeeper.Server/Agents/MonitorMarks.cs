using System.Collections.Concurrent;
using System.Threading.Channels;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Writes down whether VMs have their monitor, as agents confirm it, refuse it or are lost.</summary>
internal sealed partial class MonitorMarks(
    Assignments assignments, Store store, TimeProvider time, ILogger<MonitorMarks> logger) : IDisposable
{
    /// <summary>Tries of one mark against writers that were faster; they know better, so then it is dropped.</summary>
    private const int MostTries = 8;

    /// <summary>Lost agents whose VMs are still to be marked; an agent is lost at most once a lease.</summary>
    private const int MostLost = 1_000;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // Held while an agent's VMs are marked, so that a returning agent's word comes after the mark and not before it.
    private readonly Turn _marking = new();
    private readonly ConcurrentDictionary<string, byte> _missing = new(StringComparer.Ordinal);
    private readonly Channel<string> _lost = Channel.CreateBounded<string>(
        new BoundedChannelOptions(MostLost) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Takes note that an agent is lost; its VMs are marked UNWATCHED soon.</summary>
    public void AgentLost(string agent)
    {
        _missing[agent] = 0;
        _lost.Writer.TryWrite(agent);
    }

    /// <summary>Takes note that an agent is back. Returns when no mark of its loss is under way any more.</summary>
    public async Task AgentReturnedAsync(string agent, CancellationToken cancellationToken)
    {
        _missing.TryRemove(agent, out _);
        await _marking.TakeAsync(cancellationToken);
        _marking.GiveBack();
    }

    /// <summary>Marks the VMs of lost agents until it is cancelled.</summary>
    /// <param name="isLost">Whether an agent is still lost when its turn has come.</param>
    /// <param name="cancellationToken">Ends the loop.</param>
    public async Task RunAsync(Func<string, bool> isLost, CancellationToken cancellationToken)
    {
        while (await _lost.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_lost.Reader.TryRead(out var agent))
            {
                if (!await TryMarkAsync(agent, isLost, cancellationToken))
                {
                    _lost.Writer.TryWrite(agent);
                    await Task.Delay(RetryAfter, time, cancellationToken);
                }
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _marking.Dispose();

    private async Task<bool> TryMarkAsync(string agent, Func<string, bool> isLost, CancellationToken cancellationToken)
    {
        await _marking.TakeAsync(cancellationToken);
        try
        {
            if (isLost(agent) && _missing.ContainsKey(agent))
            {
                await Task.WhenAll(assignments.Of(agent)
                    .Where(vnfc => vnfc.Vnfc.Monitor == MonitorState.Set)
                    .Select(vnfc => MarkAsync(
                        vnfc.Target,
                        new AssignmentEpoch(vnfc.Vnfc.Epoch),
                        MonitorState.Unwatched,
                        cancellationToken)));
            }

            return true;
        }
        catch (StoreUnavailableException unavailable)
        {
            LogNotMarked(unavailable, agent);
            return false;
        }
        finally
        {
            _marking.GiveBack();
        }
    }

    /// <summary>Marks a VM, if it is still under that epoch and the mark is news.</summary>
    public async Task MarkAsync(
        TargetId target, AssignmentEpoch epoch, MonitorState monitor, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            if (!assignments.TryFind(target, out var found)
                || found.Vnfc.Epoch != epoch.Value
                || found.Vnfc.Monitor == monitor
                || found.Vnfc.Monitor == MonitorState.Unset)
            {
                return;
            }

            try
            {
                var marked = found.Vnfc with { Monitor = monitor };
                await store.CommitAsync([VnfcTable.Update(marked)], cancellationToken);
                assignments.Refreshed(found with { Vnfc = marked with { Version = marked.Version + 1 } });
                return;
            }
            catch (StoreConflictException)
            {
                assignments.Refreshed(await store.VnfcsAsync(found.Vnfc.VnfInstanceId, cancellationToken));
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error, Message = "The VMs of {Agent}, which is lost, could not be marked; it is tried again")]
    private partial void LogNotMarked(Exception exception, string agent);
}
