using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Watchkeeper.Server.Notifications;

/// <summary>Sends callbacks by HTTP: no redirect is followed, no proxy is used, and the address that was checked is the
/// one dialled.</summary>
internal sealed class HttpCallbackSender : ICallbackSender, IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectCallback = ConnectAsync,
        MaxResponseHeadersLength = 16,

        // Names are asked again now and then, and checked again.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    })
    {
        // The caller's token is the deadline, on the caller's clock.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task<CallbackAnswer> SendAsync(CallbackRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var message = new HttpRequestMessage(request.Method, request.Uri);
            if (request.ContentType is { } type)
            {
                message.Content = new ReadOnlyMemoryContent(request.Body);
                message.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
            }

            if (request.Authorization is { } authorization)
            {
                message.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            message.Headers.TryAddWithoutValidation("Accept", "application/json, application/problem+json");
            using var answer = await _client.SendAsync(
                message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return new CallbackAnswer.Answered(
                (int)answer.StatusCode, await ReadAsync(answer.Content, cancellationToken));
        }
        catch (HttpRequestException failure)
        {
            return new CallbackAnswer.Unreachable(WhyOf(failure));
        }
        catch (IOException)
        {
            return new CallbackAnswer.Unreachable("the connection broke");
        }
    }

    public void Dispose() => _client.Dispose();

    private static string WhyOf(HttpRequestException failure) => failure switch
    {
        { InnerException: RefusedAddressException refused } => refused.Message,
        { HttpRequestError: HttpRequestError.NameResolutionError } => "its name can't be resolved",
        { HttpRequestError: HttpRequestError.ConnectionError } => "it can't be connected to",
        { HttpRequestError: HttpRequestError.SecureConnectionError } => "its TLS certificate is not accepted",
        _ => "it did not answer in HTTP",
    };

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength == 0)
        {
            return default;
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var body = new byte[ICallbackSender.MostRead];
        var read = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return body.AsMemory(0, read);
    }

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var addresses = IPAddress.TryParse(target.Host.Trim('[', ']'), out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        Exception? last = null;
        foreach (var address in addresses)
        {
            if (CallbackAddresses.Objection(address) is { } objection)
            {
                last ??= new RefusedAddressException($"it leads to {objection}");
                continue;
            }

            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, target.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException refused)
            {
                socket.Dispose();
                last = refused;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last ?? new RefusedAddressException("its name has no address");
    }

    /// <summary>An address was refused before it was dialled; the message is for clients.</summary>
    private sealed class RefusedAddressException(string message) : IOException(message);
}
