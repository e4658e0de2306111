using System.Threading.Channels;
using Grpc.Core;

namespace Watchkeeper.Monitoring.Protocol.Grpc;

/// <summary>Carries messages between a gRPC stream and the bounded channels of a link's end; the same on both
/// sides.</summary>
public static class StreamPumps
{
    /// <summary>
    /// Moves what arrives into the channel, and completes it when the stream ends, with the reason. A full channel
    /// makes
    /// the stream wait, and HTTP/2's flow control the other side.
    /// </summary>
    public static async Task ReceiveAsync<TWire, TMessage>(
        IAsyncStreamReader<TWire> stream,
        Func<TWire, Enveloped<TMessage>> read,
        ChannelWriter<Enveloped<TMessage>> received,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(received);
        Exception? why = null;
        try
        {
            while (await stream.MoveNext(cancellationToken))
            {
                await received.WriteAsync(read(stream.Current), cancellationToken);
            }
        }
        catch (Exception ended) when (IsEndOfLink(ended) || ended is LinkFormatException)
        {
            why = new LinkBrokenException(Reason(ended), ended);
        }
        finally
        {
            received.TryComplete(why);
        }
    }

    /// <summary>Moves what is to be sent onto the stream until the channel is completed, or the stream fails.</summary>
    public static async Task SendAsync<TWire, TMessage>(
        ChannelReader<Enveloped<TMessage>> toSend,
        ChannelWriter<Enveloped<TMessage>> source,
        Func<Enveloped<TMessage>, TWire> write,
        IAsyncStreamWriter<TWire> stream,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(toSend);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(write);
        ArgumentNullException.ThrowIfNull(stream);
        Exception? why = null;
        try
        {
            while (await toSend.WaitToReadAsync(cancellationToken))
            {
                while (toSend.TryRead(out var message))
                {
                    await stream.WriteAsync(write(message), cancellationToken);
                }
            }
        }
        catch (Exception ended) when (IsEndOfLink(ended))
        {
            why = new LinkBrokenException(Reason(ended), ended);
        }
        finally
        {
            // Whoever waits for room must not wait for ever.
            source.TryComplete(why);
        }
    }

    // A cancelled call shows as RpcException(Cancelled), a reset connection as IOException, a late write as
    // InvalidOperationException ("the call is complete").
    private static bool IsEndOfLink(Exception exception) =>
        exception is RpcException or IOException or OperationCanceledException or InvalidOperationException;

    private static string Reason(Exception exception) => exception is RpcException rpc
        ? $"{rpc.StatusCode}: {rpc.Status.Detail}"
        : exception.Message;
}
