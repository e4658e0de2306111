using System.Threading.Channels;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>A message with the session that it belongs to; one of another session is void.</summary>
/// <param name="Session">The session; empty before there is one.</param>
/// <param name="Message">The message.</param>
public readonly record struct Enveloped<T>(Guid Session, T Message);

/// <summary>One end of a link, whatever carries it: what comes in, and what goes out, in order.</summary>
/// <param name="Received">Completes when the link is down.</param>
/// <param name="ToSend">Bounded: a writer waits while the other side does not read. Completed by whoever ends the
/// session.</param>
public sealed record LinkEnd<TReceived, TSent>(
    ChannelReader<Enveloped<TReceived>> Received, ChannelWriter<Enveloped<TSent>> ToSend);
