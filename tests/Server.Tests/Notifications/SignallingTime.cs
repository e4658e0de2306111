using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Server.Tests.Notifications;

/// <summary>Fake time that says when somebody begins to wait, so that a test moves it on only then.</summary>
internal sealed class SignallingTime() : FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _waits.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Returns once a wait that is meant has begun, and how long it is.</summary>
    public async Task<TimeSpan> WaitBegunAsync(Predicate<TimeSpan> isMeant)
    {
        while (true)
        {
            var due = await _waits.Reader.ReadAsync(TestContext.Current.CancellationToken);
            if (isMeant(due))
            {
                return due;
            }
        }
    }
}
