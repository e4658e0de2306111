using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Watchkeeper.Monitoring.Protocol;
using Wire = Watchkeeper.Monitoring.Protocol.Wire;

namespace Watchkeeper.Server.Agents.Link;

/// <summary>Where the link listens: a port of its own, because one clear-text port can't speak HTTP/1.1 and
/// HTTP/2.</summary>
internal sealed class LinkListening
{
    private ListenOptions? _listen;

    /// <summary>Makes Kestrel listen for agents.</summary>
    /// <param name="kestrel">Kestrel's options.</param>
    /// <param name="url">The key <c>link.urls</c>: one <c>http://ADDRESS:PORT</c>; null: any free port on the host
    /// given.</param>
    /// <param name="host">The address of the REST interface.</param>
    /// <exception cref="FormatException">The URL is not of that form; the message is one clear line.</exception>
    public void Listen(KestrelServerOptions kestrel, string? url, IPAddress host)
    {
        var (address, port) = string.IsNullOrWhiteSpace(url) ? (host, 0) : Parse(url);
        kestrel.Listen(address, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            _listen = listen;
        });
    }

    /// <summary>The link's address for an agent that reached the REST interface under a host name.</summary>
    public Uri? AddressFor(string requestHost)
    {
        if (_listen?.IPEndPoint is not { } bound || bound.Port == 0)
        {
            return null;
        }

        // What listens everywhere is reached as the REST interface was.
        var isAny = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any);
        return new UriBuilder(Uri.UriSchemeHttp, isAny ? requestHost : bound.Address.ToString(), bound.Port).Uri;
    }

    private static (IPAddress Address, int Port) Parse(string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri)
            && uri is { Scheme: "http", PathAndQuery: "/" })
        {
            var host = uri.Host.Trim('[', ']');
            if (IPAddress.TryParse(host, out var address))
            {
                return (address, uri.Port);
            }

            if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase))
            {
                return (IPAddress.Loopback, uri.Port);
            }
        }

        throw new FormatException($"link.urls is '{url}'; it is one http://ADDRESS:PORT with an IP address.");
    }
}

/// <summary>Registers the link and the directory, and maps the link.</summary>
internal static class LinkRegistration
{
    /// <summary>The path below which the calls of the link are.</summary>
    public static PathString Path { get; } = $"/{Wire.AgentLink.Descriptor.FullName}";

    /// <summary>Registers all that agents need. <see cref="IAgentEvents"/> and the store are registered
    /// elsewhere.</summary>
    public static IServiceCollection AddAgents(this IServiceCollection services, JoinToken token)
    {
        services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = LinkLimits.MessageBytes;
            options.MaxSendMessageSize = LinkLimits.MessageBytes;
        });
        services.AddSingleton<IAgentRegistry, StoredAgentRegistry>();
        services.AddSingleton<AgentDirectory>();
        services.AddSingleton<AgentsMetrics>();
        services.AddSingleton<LeaseWatch>();
        services.AddSingleton<LinkListening>();
        services.AddSingleton<LinkGate>();
        services.AddSingleton(provider => new AgentAdmission(
            provider.GetRequiredService<AgentDirectory>(), token, provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Maps the gRPC end of the link.</summary>
    public static void MapAgentLink(this IEndpointRouteBuilder routes) => routes.MapGrpcService<LinkService>();
}
