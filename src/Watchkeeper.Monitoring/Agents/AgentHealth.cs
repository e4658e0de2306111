namespace Watchkeeper.Monitoring.Agents;

/// <summary>Scores how well the agent itself is, so that one starved agent does not take a thousand healthy VMs for dead.</summary>
/// <remarks>
/// Every turn of the loop says how late it came: late by the timer, or by the thread pool between timer and loop. Late turns
/// raise the score, punctual seconds lower it. Pure: the time comes with each call.
/// </remarks>
internal sealed class AgentHealth
{
    /// <summary>A turn that comes so late costs a point. Under a hundred times the tick: a busy machine alone reaches 50 ms.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMilliseconds(100);

    /// <summary>A turn that comes so late makes the agent unwell at once: answers may have been waiting that long.</summary>
    public static readonly TimeSpan VeryLate = TimeSpan.FromMilliseconds(500);

    /// <summary>So long without a late turn takes a point away.</summary>
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(1);

    /// <summary>From this score on the agent is unwell.</summary>
    public const int UnwellAt = 3;

    /// <summary>The highest score: an agent is believed well again at most six seconds after its last late turn.</summary>
    public const int Worst = 8;

    private long _punctualSince;

    /// <summary>0 is well, <see cref="Worst"/> is the worst.</summary>
    public int Score { get; private set; }

    /// <summary>Whether silence says more about the agent than about its targets.</summary>
    public bool IsUnwell => Score >= UnwellAt;

    /// <summary>Tells how a turn came.</summary>
    /// <param name="lateBy">How much later than planned the turn came.</param>
    /// <param name="poolDelay">How long the turn waited for a thread after its timer had fired.</param>
    /// <param name="now">The time, in ticks of <see cref="TimeSpan"/> on the agent's own clock.</param>
    public void Turned(TimeSpan lateBy, TimeSpan poolDelay, long now)
    {
        var worst = lateBy > poolDelay ? lateBy : poolDelay;
        if (worst >= Late)
        {
            Score = Math.Min(worst >= VeryLate ? Math.Max(Score + 1, UnwellAt) : Score + 1, Worst);
            _punctualSince = now;
        }
        else if (Score > 0 && now - _punctualSince >= Recovery.Ticks)
        {
            Score--;
            _punctualSince = now;
        }
    }

    /// <summary>The time-out that is fair now: the worse the agent, the longer.</summary>
    public long Stretch(long timeout) => timeout * (1 + Score);
}
