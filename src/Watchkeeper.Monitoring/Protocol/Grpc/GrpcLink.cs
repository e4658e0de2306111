using System.Threading.Channels;
using Grpc.Core;
using Grpc.Net.Client;

namespace Watchkeeper.Monitoring.Protocol.Grpc;

/// <summary>An agent's link over one gRPC stream.</summary>
internal sealed class GrpcLink : ILink
{
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<Wire.AgentEnvelope, Wire.ServerEnvelope> _call;
    private readonly CancellationTokenSource _closing = new();
    private readonly ChannelWriter<Enveloped<AgentMessage>> _toSend;
    private readonly TimeProvider _time;
    private readonly Task _receiving;
    private readonly Task _sending;

    public GrpcLink(GrpcChannel channel, TimeProvider time)
    {
        _channel = channel;
        _time = time;
        _call = new Wire.AgentLink.AgentLinkClient(channel).Connect(cancellationToken: _closing.Token);
        var received = Channel.CreateBounded<Enveloped<ServerMessage>>(LinkLimits.Queue);
        var toSend = Channel.CreateBounded<Enveloped<AgentMessage>>(LinkLimits.Queue);
        _toSend = toSend.Writer;
        AgentEnd = new(received.Reader, toSend.Writer);
        _receiving = StreamPumps.ReceiveAsync(
            _call.ResponseStream, ServerMessageCodec.Read, received.Writer, _closing.Token);
        _sending = SendAsync(toSend);
    }

    public LinkEnd<ServerMessage, AgentMessage> AgentEnd { get; }

    public async ValueTask DisposeAsync()
    {
        _toSend.TryComplete();
        using var patience = new CancellationTokenSource(LinkLimits.CloseWait, _time);
        await using (patience.Token.Register(_closing.Cancel))
        {
            await _sending;
        }

        await _closing.CancelAsync();
        await _receiving;
        _call.Dispose();
        _channel.Dispose();
        _closing.Dispose();
    }

    private async Task SendAsync(Channel<Enveloped<AgentMessage>> toSend)
    {
        await StreamPumps.SendAsync(
            toSend.Reader, toSend.Writer, AgentMessageCodec.Write, _call.RequestStream, _closing.Token);
        try
        {
            await _call.RequestStream.CompleteAsync();
        }
        catch (Exception ended) when (ended is RpcException or IOException or InvalidOperationException)
        {
            // The stream is down already, which is what was wanted.
        }
    }
}
