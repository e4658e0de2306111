using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Monitoring.Tests.Probes;

/// <summary>Answers each connection with the same bytes and notes who came.</summary>
internal sealed class OneShotServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2? _certificate;
    private readonly string? _answer;
    private readonly Task _serving;

    /// <param name="answer">What is sent; null accepts, says nothing and closes.</param>
    /// <param name="isTls">Whether it speaks TLS, by a certificate of its own making.</param>
    public OneShotServer(string? answer, bool isTls = false)
    {
        _answer = answer;
        _certificate = isTls ? MakeCertificate() : null;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    public int Port { get; }

    public List<IPAddress> Callers { get; } = [];

    public List<string> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _certificate?.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var caller = await _listener.AcceptTcpClientAsync(_stop.Token);
                Callers.Add(((IPEndPoint)caller.Client.RemoteEndPoint!).Address);
                await AnswerAsync(caller);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The end.
        }
    }

    private async Task AnswerAsync(TcpClient caller)
    {
        try
        {
            Stream stream = caller.GetStream();
            if (_certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                stream = tls;
            }

            var buffer = new byte[4_096];
            var length = await stream.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false, _stop.Token);
            Requests.Add(Encoding.ASCII.GetString(buffer, 0, length));
            if (_answer is not null && length > 0)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(_answer), _stop.Token);
            }
        }
        catch (IOException)
        {
            // The caller has gone.
        }
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=target", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }
}
