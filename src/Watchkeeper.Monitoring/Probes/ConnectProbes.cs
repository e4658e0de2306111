using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>
/// Carries the probes that open a connection: a bounded number at a time, the others wait their turn.
/// </summary>
internal sealed partial class ConnectProbes(
    ConnectPlaces places, IConnectProbe tcp, IConnectProbe http, TimeProvider time, ILogger<ConnectProbes> logger)
{
    private readonly ProbeRound _round = new(time);
    private readonly ConnectTurns _turns = new(places);
    private readonly Lock _gate = new();

    // One word is enough: whoever is woken takes all that there is a place for.
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private TaskCompletionSource? _ended;

    /// <summary>Queues a question; when too many wait it is answered Unknown: the agent could not ask.</summary>
    public void Ask(in ProbeQuestion question, IProbeListener listener)
    {
        bool isQueued;
        lock (_gate)
        {
            isQueued = _turns.TryQueue(question);
        }

        if (isQueued)
        {
            _wake.Writer.TryWrite(true);
            return;
        }

        listener.Answered(
            question.Slot, question.Generation, ProbeAnswer.Unknown("too many probes wait on the agent"));
    }

    /// <summary>Connects until it is cancelled and the last probe has ended.</summary>
    public async Task RunAsync(IProbeListener listener, CancellationToken cancellationToken)
    {
        try
        {
            while (await _wake.Reader.WaitToReadAsync(cancellationToken))
            {
                _wake.Reader.TryRead(out _);
                BeginAll(listener, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped: nobody waits for these answers.
        }

        await LastEndedAsync();
    }

    private void BeginAll(IProbeListener listener, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            ProbeQuestion question;
            bool isProven;
            lock (_gate)
            {
                if (!_turns.TryTake(out question, out isProven))
                {
                    return;
                }
            }

            // Outside the lock: the listener may have one of its own, and asks us within that.
            var isAwaited = listener.IsAwaited(question.Slot, question.Generation);
            ConnectTurn? turn = null;
            ConnectTurn? last = null;
            lock (_gate)
            {
                if (isAwaited)
                {
                    turn = _turns.Begin(question, isProven, out last);
                }
                else
                {
                    _turns.Skip(isProven);
                }
            }

            Abandon(last);
            if (turn is not null)
            {
                _ = AskAsync(question, turn, listener, cancellationToken);
            }
        }
    }

    private static void Abandon(ConnectTurn? turn)
    {
        try
        {
            turn?.Abandon?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself at this moment.
        }
    }

    private async Task AskAsync(
        ProbeQuestion question, ConnectTurn turn, IProbeListener listener, CancellationToken cancellationToken)
    {
        ProbeAnswer? answer = null;
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        turn.Abandon = abandon;
        try
        {
            answer = await AnswerAsync(question, abandon.Token);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            // Nobody waits for this answer.
        }
        finally
        {
            turn.Abandon = null;
            End(turn, answer);
        }

        if (answer is { } known)
        {
            listener.Answered(question.Slot, question.Generation, known);
        }
    }

    private void End(ConnectTurn turn, ProbeAnswer? answer)
    {
        lock (_gate)
        {
            _turns.End(turn, answer);
            if (_turns.UnderWay == 0)
            {
                _ended?.TrySetResult();
            }
        }

        _wake.Writer.TryWrite(true);
    }

    private Task LastEndedAsync()
    {
        lock (_gate)
        {
            _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_turns.UnderWay == 0)
            {
                _ended.SetResult();
            }

            return _ended.Task;
        }
    }

    private async ValueTask<ProbeAnswer> AnswerAsync(ProbeQuestion question, CancellationToken cancellationToken)
    {
        var probe = question.Kpi.Collector == CollectorKind.HttpGet ? http : tcp;
        try
        {
            return await _round.AskAsync(
                probe, question.Endpoint.Address, question.Kpi, question.Timeout, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A background loop: whatever a probe throws must not end it, and says nothing of the target.
            LogProbeFailed(error, question.Endpoint.Address.ToString());
            return ProbeAnswer.Unknown("the probe failed on the agent");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A probe of {Address} failed on the agent")]
    private partial void LogProbeFailed(Exception error, string address);
}
