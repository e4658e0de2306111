using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>Carries the probes that open a connection: a bounded number at a time, the others in a queue.</summary>
internal sealed partial class ConnectProbes(
    IConnectProbe tcp, IConnectProbe http, TimeProvider time, ILogger<ConnectProbes> logger)
{
    private readonly ProbeRound _round = new(time);

    // Full: the question is answered Unknown at once, which tells the truth: the agent could not ask.
    private readonly Channel<ProbeQuestion> _waiting = Channel.CreateBounded<ProbeQuestion>(ConnectLimits.Waiting);

    /// <summary>Queues a question.</summary>
    public void Ask(in ProbeQuestion question, IProbeListener listener)
    {
        if (!_waiting.Writer.TryWrite(question))
        {
            listener.Answered(question.Slot, question.Generation, ProbeAnswer.Unknown("too many probes wait on the agent"));
        }
    }

    /// <summary>Runs the workers until it is cancelled.</summary>
    public Task RunAsync(IProbeListener listener, CancellationToken cancellationToken)
    {
        var workers = new Task[ConnectLimits.Concurrent];
        for (var i = 0; i < workers.Length; i++)
        {
            workers[i] = WorkAsync(listener, cancellationToken);
        }

        return Task.WhenAll(workers);
    }

    private async Task WorkAsync(IProbeListener listener, CancellationToken cancellationToken)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
            {
                while (_waiting.Reader.TryRead(out var question))
                {
                    if (listener.IsAwaited(question.Slot, question.Generation))
                    {
                        var answer = await AnswerAsync(question, cancellationToken);
                        listener.Answered(question.Slot, question.Generation, answer);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped: nobody waits for these answers.
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
            // The worker is a background loop: whatever a probe throws must not end it, and says nothing of the target.
            LogProbeFailed(error, question.Endpoint.Address.ToString());
            return ProbeAnswer.Unknown("the probe failed on the agent");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A probe of {Address} failed on the agent")]
    private partial void LogProbeFailed(Exception error, string address);
}
