using System.Net;
using System.Net.Sockets;
using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>
/// Asks by one HTTP(S) GET over a new connection; any status below 400 is an answer. No body is read.
/// </summary>
internal sealed class HttpProbe : IConnectProbe, IDisposable
{
    private static readonly HttpRequestOptionsKey<OneConnection> Connection = new("Connection");

    private readonly HttpMessageInvoker _http;

    /// <param name="source">The address that probes come from; null lets the kernel choose.</param>
    public HttpProbe(IPAddress? source)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = ConnectLimits.HeaderKilobytes,
            MaxResponseDrainSize = 0,
            // Zero: a connection is never used twice, else a dead listener would stay hidden behind a live connection.
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = (context, _) => ConnectAsync(context, source),
        };
#pragma warning disable CA5359, MA0039 // Aliveness is asked, not identity: targets make their own certificates.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359, MA0039
        _http = new HttpMessageInvoker(handler);
    }

    /// <inheritdoc />
    public async ValueTask<ProbeAnswer> AskAsync(IPAddress address, Kpi kpi, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, UriOf(address, kpi));
        request.Headers.ConnectionClose = true;
        using var connection = new OneConnection(cancellationToken);
        request.Options.Set(Connection, connection);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var status = (int)response.StatusCode;
            return status < 400 ? ProbeAnswer.Alive : ProbeAnswer.Silent($"HTTP status {status}");
        }
        catch (HttpRequestException error)
        {
            // The deadline also reaches the handler as a broken connection.
            cancellationToken.ThrowIfCancellationRequested();
            return Read(error);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    /// <summary>The address that is asked. Throws UriFormatException for a path that can't be one.</summary>
    public static Uri UriOf(IPAddress address, Kpi kpi)
    {
        var host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        return new Uri($"{(kpi.Tls ? "https" : "http")}://{host}:{kpi.Port}{kpi.Path}");
    }

    private static ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, IPAddress? source)
    {
        var target = new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port);
        return context.InitialRequestMessage.Options.TryGetValue(Connection, out var connection)
            ? connection.OpenAsync(target, source)
            : throw new IOException("The question is over.");
    }

    private static ProbeAnswer Read(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return SocketTrouble.Read(socket.SocketErrorCode);
            }
        }

        return error is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? ProbeAnswer.Silent("TLS handshake failed")
            : ProbeAnswer.Silent("no HTTP answer");
    }
}
