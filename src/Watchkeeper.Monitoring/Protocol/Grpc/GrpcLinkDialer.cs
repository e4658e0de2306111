using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Grpc.Net.Client;

namespace Watchkeeper.Monitoring.Protocol.Grpc;

/// <summary>Asks the manager's REST interface where the link listens, and opens a stream there.</summary>
/// <remarks>It asks at every connect: a restarted manager may listen on another port.</remarks>
public sealed class GrpcLinkDialer : ILinkDialer, IDisposable
{
    private readonly Uri _question;
    private readonly HttpClient _rest;
    private readonly TimeProvider _time;

    /// <param name="server">The manager's REST address.</param>
    /// <param name="time">The clock.</param>
    public GrpcLinkDialer(Uri server, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(server);
        _question = new Uri($"{server.AbsoluteUri.TrimEnd('/')}/vnflcm/v2/ext/agent_link");
        _time = time;
        _rest = new HttpClient(Sockets()) { Timeout = LinkLimits.JoinWait, MaxResponseContentBufferSize = 64 * 1024 };
    }

    /// <inheritdoc />
    public async Task<ILink> DialAsync(CancellationToken cancellationToken)
    {
        var address = await AskAsync(cancellationToken);
        var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = Sockets(),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = LinkLimits.MessageBytes,
            MaxSendMessageSize = LinkLimits.MessageBytes,
        });
        return new GrpcLink(channel, _time);
    }

    /// <inheritdoc />
    public void Dispose() => _rest.Dispose();

    private static SocketsHttpHandler Sockets() =>
        new() { ConnectTimeout = LinkLimits.ConnectWait, UseProxy = false };

    private async Task<Uri> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _rest.GetFromJsonAsync(_question, LinkJson.Default.LinkAnswer, cancellationToken);
            return Uri.TryCreate(answer?.Address, UriKind.Absolute, out var address)
                && address.Scheme is "http" or "https"
                ? address
                : throw new LinkBrokenException($"{_question} names no address.");
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or JsonException or IOException)
        {
            throw new LinkBrokenException($"{_question} can't be asked: {unreachable.Message}", unreachable);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LinkBrokenException($"{_question} did not answer in time.", late);
        }
    }
}

/// <summary>What the manager answers.</summary>
internal sealed record LinkAnswer(string? Address);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LinkAnswer))]
internal sealed partial class LinkJson : JsonSerializerContext;
