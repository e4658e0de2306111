using System.Threading.Channels;
using Grpc.Core;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Monitoring.Protocol.Grpc;
using Wire = Watchkeeper.Monitoring.Protocol.Wire;

namespace Watchkeeper.Server.Agents.Link;

/// <summary>Carries the link over gRPC; knows nothing of what is said.</summary>
internal sealed class LinkService(LinkGate gate, IHostApplicationLifetime lifetime, TimeProvider time)
    : Wire.AgentLink.AgentLinkBase
{
    /// <inheritdoc />
    public override async Task Connect(
        IAsyncStreamReader<Wire.AgentEnvelope> requestStream,
        IServerStreamWriter<Wire.ServerEnvelope> responseStream,
        ServerCallContext context)
    {
        // Without the second token Kestrel would wait for this stream until the host's shutdown limit (30 s).
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        var received = Channel.CreateBounded<Enveloped<AgentMessage>>(LinkLimits.Queue);
        var toSend = Channel.CreateBounded<Enveloped<ServerMessage>>(LinkLimits.Queue);
        using var sendingToken = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var receiving = StreamPumps.ReceiveAsync(requestStream, AgentMessageCodec.Read, received.Writer, ending.Token);
        var sending = StreamPumps.SendAsync(
            toSend.Reader, toSend.Writer, ServerMessageCodec.Write, responseStream, sendingToken.Token);
        try
        {
            await gate.ServeAsync(new(received.Reader, toSend.Writer), ending.Token);
        }
        finally
        {
            // A refusal is still in the queue: it is sent, unless the other side does not read.
            toSend.Writer.TryComplete();
            using (var patience = new CancellationTokenSource(LinkLimits.CloseWait, time))
            await using (patience.Token.Register(sendingToken.Cancel))
            {
                await sending;
            }

            await ending.CancelAsync();
            await receiving;
        }
    }
}
