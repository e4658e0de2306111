namespace EndToEnd.Harness;

/// <summary>How long the tests wait for what must come; none asserts that something was quick.</summary>
internal static class Patience
{
    /// <summary>More than any wait needs on a busy machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for something that another process does.</summary>
    public static Task WithinLimitAsync(this Task task, string what) => task.WithinAsync(Limit, what);

    /// <summary>Waits for something that another process does, for so long.</summary>
    public static async Task WithinAsync(this Task task, TimeSpan limit, string what)
    {
        try
        {
            await task.WaitAsync(limit, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException expired)
        {
            throw new TimeoutException($"{limit.TotalSeconds} s have passed without {what}.", expired);
        }
    }

    /// <summary>Waits for a result of another process.</summary>
    public static async Task<T> WithinLimitAsync<T>(this Task<T> task, string what)
    {
        await ((Task)task).WithinLimitAsync(what);
        return await task;
    }

    /// <summary>Asks a server until the answer is the wanted one, where it has no way to tell us.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isWanted, string what)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (isWanted(answer))
            {
                return answer;
            }

            if (time.GetElapsedTime(began) > Limit)
            {
                throw new TimeoutException($"{Limit.TotalSeconds} s have passed without {what}; the last: {answer}");
            }

            await Task.Delay(Beat, time, TestContext.Current.CancellationToken);
        }
    }
}
