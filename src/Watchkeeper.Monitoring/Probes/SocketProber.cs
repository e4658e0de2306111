using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>Asks real targets: ICMP over shared sockets, TCP and HTTP over a connection each.</summary>
public sealed partial class SocketProber : IProber, IDisposable
{
    private readonly IcmpSocket _icmp4;
    private readonly IcmpSocket _icmp6;
    private readonly HttpProbe _http;
    private readonly ConnectProbes _connecting;
    private IProbeListener? _listener;

    /// <param name="source">The address that probes come from; null lets the kernel choose.</param>
    /// <param name="time">The clock of deadlines.</param>
    /// <param name="loggers">Makes the logs.</param>
    public SocketProber(IPAddress? source, TimeProvider time, ILoggerFactory loggers)
    {
        _icmp4 = IcmpSocket.Open(AddressFamily.InterNetwork, source);
        _icmp6 = IcmpSocket.Open(AddressFamily.InterNetworkV6, source);
        _http = new HttpProbe(source);
        _connecting = new ConnectProbes(
            ConnectPlaces.OfThisProcess(), new TcpProbe(source), _http, time, loggers.CreateLogger<ConnectProbes>());
        var logger = loggers.CreateLogger<SocketProber>();
        if (_icmp4.Unavailable is { } reason)
        {
            LogIcmpUnavailable(logger, reason);
        }
        else
        {
            LogIcmpOpened(logger, _icmp4.Kind);
        }
    }

    /// <summary>Why ICMP over IPv4 can't be asked; null when it can.</summary>
    public string? IcmpUnavailable => _icmp4.Unavailable;

    /// <inheritdoc />
    public void Ask(in ProbeQuestion question)
    {
        var listener = _listener ?? throw new InvalidOperationException("The prober does not run.");
        if (question.Kpi.Collector != CollectorKind.IcmpPing)
        {
            _connecting.Ask(question, listener);
        }
        else if (question.Endpoint.Address.AddressFamily == AddressFamily.InterNetwork)
        {
            _icmp4.Ask(question, listener);
        }
        else
        {
            _icmp6.Ask(question, listener);
        }
    }

    /// <inheritdoc />
    public Task RunAsync(IProbeListener listener, CancellationToken cancellationToken)
    {
        _listener = listener;
        return Task.WhenAll(
            _icmp4.RunAsync(listener, cancellationToken),
            _icmp6.RunAsync(listener, cancellationToken),
            _connecting.RunAsync(listener, cancellationToken));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _icmp4.Dispose();
        _icmp6.Dispose();
        _http.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "ICMP targets can't be asked: {Reason}")]
    private static partial void LogIcmpUnavailable(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "ICMP is asked over one {Kind} socket")]
    private static partial void LogIcmpOpened(ILogger logger, string kind);
}
