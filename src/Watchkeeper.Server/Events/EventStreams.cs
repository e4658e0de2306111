using System.Text.Json;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Events;

/// <summary>Sends events as they are stored (<c>text/event-stream</c>), to a bounded number of readers.</summary>
internal sealed class EventStreams(Store store, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public const string MediaType = "text/event-stream";

    /// <summary>The most streams at one time.</summary>
    public const int Most = 100;

    // How many events are read at once: a reader that does not keep up reads them from the store later, not from
    // memory.
    private const int Batch = 200;

    // A comment when nothing happens, so that a reader that went away is noticed.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    // A reader that takes nothing for so long is let go; it comes back with Last-Event-ID.
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    private int _open;

    /// <summary>Reserves a stream; false when there are too many.</summary>
    public bool TryOpen()
    {
        if (Interlocked.Increment(ref _open) <= Most)
        {
            return true;
        }

        Interlocked.Decrement(ref _open);
        return false;
    }

    /// <summary>Sends events after an id until the reader goes, or the server stops. Ends the reservation.</summary>
    public async Task RunAsync(HttpContext context, long after, VnfInstanceId? vnfInstanceId)
    {
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(
                context.RequestAborted, lifetime.ApplicationStopping);
            context.Response.ContentType = MediaType;
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.StartAsync(end.Token);
            await FlushAsync(context, ":\n\n"u8.ToArray(), end.Token);
            await SendAsync(context, after, vnfInstanceId, end.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader went, did not keep up, or the server stops.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task SendAsync(
        HttpContext context, long after, VnfInstanceId? vnfInstanceId, CancellationToken cancellationToken)
    {
        var seen = 0L;
        while (true)
        {
            var events = await store.EventsAsync(after, vnfInstanceId, Batch, cancellationToken);
            if (events.IsEmpty)
            {
                seen = await WaitAsync(context, seen, cancellationToken);
                continue;
            }

            using var text = new MemoryStream();
            foreach (var stored in events)
            {
                text.Write(System.Text.Encoding.UTF8.GetBytes($"id: {stored.Id}\ndata: "));
                JsonSerializer.Serialize(text, EventResponse.Of(stored), EventsJson.Default.EventResponse);
                text.Write("\n\n"u8);
            }

            await FlushAsync(context, text.ToArray(), cancellationToken);
            after = events[^1].Id;
        }
    }

    private async Task<long> WaitAsync(HttpContext context, long seen, CancellationToken cancellationToken)
    {
        using var quiet = new CancellationTokenSource(Quiet, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, cancellationToken);
        try
        {
            return await store.WaitAsync(Topics.Events, seen, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await FlushAsync(context, ":\n\n"u8.ToArray(), cancellationToken);
            return seen;
        }
    }

    private async Task FlushAsync(HttpContext context, byte[] text, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(WriteTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        await context.Response.Body.WriteAsync(text, either.Token);
        await context.Response.Body.FlushAsync(either.Token);
    }
}
