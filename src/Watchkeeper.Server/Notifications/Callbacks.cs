using Watchkeeper.Server.Subscriptions;

namespace Watchkeeper.Server.Notifications;

/// <summary>How long consumers are waited for, how they are asked again, and when they are given up.</summary>
internal sealed record DeliveryLimits
{
    /// <summary>How long one callback may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The wait after the first failure; doubles with each further one.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two tries; also between two tests of a suspended subscription's
    /// endpoint.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The most notifications that may wait for one subscription.</summary>
    public int MaxBacklog { get; init; } = 100_000;

    /// <summary>The longest time that a notification may wait.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How many entries of the log are read at once.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>The wait before the next try, after a number of failures in a row: doubling, with jitter.</summary>
    public TimeSpan WaitAfter(int failures, Random random)
    {
        var doubled = FirstWait * Math.Pow(2, Math.Min(failures - 1, 16));
        var longest = doubled < LongestWait ? doubled : LongestWait;

        // Between half of it and all of it, so that consumers that failed together are not asked together.
        return longest * (0.5 + (random.NextDouble() / 2));
    }
}

/// <summary>Makes the ends to which callbacks go.</summary>
internal sealed class Callbacks(ICallbackSender sender, TimeProvider time, DeliveryLimits limits)
{
    public CallbackEndpoint To(Uri uri, CallbackAuthentication authentication) =>
        new(sender, time, limits.Timeout, uri, authentication);
}
