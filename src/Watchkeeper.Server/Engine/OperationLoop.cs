using System.Threading.Channels;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Engine;

/// <summary>Runs what has been woken: many occurrences at a time, each by one runner.</summary>
internal sealed partial class OperationLoop(
    OperationRunner runner, OperationWatch watch, ILogger<OperationLoop> logger)
{
    /// <summary>
    /// Occurrences at work at most. Steps mostly wait for agents and VIMs, so this is far more than the processors. One
    /// that waits for something that may never come, as for a VM to boot, takes no place meanwhile.
    /// </summary>
    public const int MostAtWork = 1_024;

    /// <summary>
    /// Occurrences that wait for their turn at most. One that is woken beyond is left to the next recovery scan.
    /// </summary>
    public const int MostWaiting = 16_384;

    private readonly Channel<OperationId> _woken = Channel.CreateBounded<OperationId>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private readonly Lock _lock = new();
    private readonly Dictionary<OperationId, Stage> _stages = [];

    private enum Stage
    {
        Waiting,
        AtWork,
        AtWorkAndWokenAgain,
        Parked,
    }

    /// <summary>Asks for an occurrence to be brought to rest. Asking again is harmless, and never lost.</summary>
    public void Wake(OperationId id)
    {
        lock (_lock)
        {
            if (_stages.TryGetValue(id, out var stage) && stage != Stage.Parked)
            {
                // Its runner may just have found nothing to do: it looks once more.
                _stages[id] = stage == Stage.Waiting ? Stage.Waiting : Stage.AtWorkAndWokenAgain;
            }
            else if (_woken.Writer.TryWrite(id))
            {
                _stages[id] = Stage.Waiting;
            }
            else
            {
                _stages.Remove(id);
            }
        }
    }

    /// <summary>Wakes an occurrence that nobody knows of here: one that waits for something is left to wait.</summary>
    public void WakeIfForgotten(OperationId id)
    {
        lock (_lock)
        {
            if (!_stages.ContainsKey(id))
            {
                Wake(id);
            }
        }
    }

    /// <summary>Runs until it is told to stop; returns when no runner is at work any more.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(MostAtWork, MostAtWork);
        var atWork = new List<Task>(MostAtWork);
        try
        {
            while (await _woken.Reader.WaitToReadAsync(cancellationToken))
            {
                await places.WaitAsync(cancellationToken);
                if (_woken.Reader.TryRead(out var id))
                {
                    atWork.RemoveAll(task => task.IsCompleted);
                    atWork.Add(WorkAsync(id, places, cancellationToken));
                }
                else
                {
                    places.Release();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopping();
        }
        finally
        {
            await Task.WhenAll(atWork);
        }
    }

    private async Task WorkAsync(OperationId id, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        // The loop goes on to the next occurrence even if this one's first step blocks.
        await Task.Yield();
        Task? until = null;
        try
        {
            do
            {
                Enter(id);
                (var rested, until) = await runner.RunAsync(id, cancellationToken);
                if (rested is not null)
                {
                    watch.Rested(rested);
                }
            }
            while (!TryLeave(id, isParked: until is not null));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Leave(id);
        }
        catch (Exception e)
        {
            // The occurrence stays as it is stored, and the next recovery scan tries it again.
            LogFailed(e, id.Value);
            Leave(id);
        }
        finally
        {
            places.Release();
        }

        if (until is not null)
        {
            await until.WaitAsync(cancellationToken).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            WakeParked(id);
        }
    }

    // It may have been woken by somebody else meanwhile, and parked again: then this is one look too many, and no harm.
    private void WakeParked(OperationId id)
    {
        lock (_lock)
        {
            if (_stages.TryGetValue(id, out var stage) && stage == Stage.Parked)
            {
                Wake(id);
            }
        }
    }

    private void Enter(OperationId id)
    {
        lock (_lock)
        {
            _stages[id] = Stage.AtWork;
        }
    }

    private bool TryLeave(OperationId id, bool isParked)
    {
        lock (_lock)
        {
            if (_stages[id] != Stage.AtWork)
            {
                return false;
            }

            if (isParked)
            {
                _stages[id] = Stage.Parked;
            }
            else
            {
                _stages.Remove(id);
            }

            return true;
        }
    }

    private void Leave(OperationId id)
    {
        lock (_lock)
        {
            _stages.Remove(id);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Left what was at work to the next start")]
    private partial void LogStopping();

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Operation {OperationId} could not be run and will be tried again")]
    private partial void LogFailed(Exception exception, Guid operationId);
}
