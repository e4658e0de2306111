using System.Net.Sockets;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>Says whether an error speaks of the target (it is silent) or of ourselves (nothing was learnt).</summary>
internal static class SocketTrouble
{
    private const int Eperm = 1;
    private const int Eacces = 13;
    private const int Enetdown = 100;
    private const int Enetunreach = 101;
    private const int Ehostdown = 112;
    private const int Ehostunreach = 113;
    private const int Econnrefused = 111;

    /// <summary>An error of a connection that was tried.</summary>
    public static ProbeAnswer Read(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => ProbeAnswer.Silent("connection refused"),
        SocketError.ConnectionReset => ProbeAnswer.Silent("connection reset"),
        SocketError.ConnectionAborted => ProbeAnswer.Silent("connection aborted"),
        SocketError.TimedOut => ProbeAnswer.Silent("connection timed out"),
        SocketError.HostUnreachable => ProbeAnswer.Silent("host unreachable"),
        SocketError.HostDown => ProbeAnswer.Silent("host down"),
        SocketError.NetworkUnreachable => ProbeAnswer.Silent("network unreachable"),
        SocketError.TooManyOpenSockets => ProbeAnswer.Unknown("the agent has no file descriptor left"),
        SocketError.NoBufferSpaceAvailable => ProbeAnswer.Unknown("the agent has no buffer space left"),
        SocketError.AddressNotAvailable => ProbeAnswer.Unknown("the agent has no free port or lost its source address"),
        SocketError.AddressAlreadyInUse => ProbeAnswer.Unknown("the agent has no free port"),
        SocketError.AccessDenied => ProbeAnswer.Unknown("the agent may not send"),
        _ => ProbeAnswer.Unknown($"socket error {error}"),
    };

    /// <summary>An errno of an ICMP request that could not be sent.</summary>
    public static ProbeAnswer ReadSend(int errno) => errno switch
    {
        // An `unreachable` route answers so when the VM and its route are gone.
        Enetunreach => ProbeAnswer.Silent("network unreachable"),
        Ehostunreach => ProbeAnswer.Silent("host unreachable"),
        Ehostdown => ProbeAnswer.Silent("host down"),
        Econnrefused => ProbeAnswer.Silent("refused"),
        Enetdown => ProbeAnswer.Unknown("the agent's network is down"),
        Eperm or Eacces => ProbeAnswer.Unknown("the agent may not send ICMP there"),
        _ => ProbeAnswer.Unknown("the agent could not send ICMP"),
    };
}
