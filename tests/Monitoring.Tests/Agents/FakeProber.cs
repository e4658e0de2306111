using Watchkeeper.Monitoring.Probes;

namespace Monitoring.Tests.Agents;

/// <summary>One question that an engine asked.</summary>
internal sealed record Asked(TimeSpan At, ProbeQuestion Question, IProbeListener Listener)
{
    public string Address => Question.Endpoint.Address.ToString();

    public bool IsAwaited => Listener.IsAwaited(Question.Slot, Question.Generation);

    public void Answer(ProbeAnswer answer) => Listener.Answered(Question.Slot, Question.Generation, answer);
}

/// <summary>A network that answers as the test says.</summary>
internal sealed class FakeProber(SteppingTime time) : IProber
{
    private IProbeListener? _listener;

    public List<Asked> Asked { get; } = [];

    /// <summary>The answer of a question; null is silence.</summary>
    public Func<Asked, ProbeAnswer?> World { get; set; } = _ => ProbeAnswer.Alive;

    /// <summary>How long an answer takes.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.Zero;

    public TimeSpan Last => Asked[^1].At;

    public void Ask(in ProbeQuestion question)
    {
        var asked = new Asked(time.Elapsed, question, _listener!);
        Asked.Add(asked);
        if (World(asked) is not { } answer)
        {
            return;
        }

        if (Latency == TimeSpan.Zero)
        {
            asked.Answer(answer);
        }
        else
        {
            time.CreateTimer(_ => asked.Answer(answer), null, Latency, Timeout.InfiniteTimeSpan);
        }
    }

    public Task RunAsync(IProbeListener listener, CancellationToken cancellationToken)
    {
        _listener = listener;
        return Task.CompletedTask;
    }
}
