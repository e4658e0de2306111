namespace Watchkeeper.Monitoring.Probes;

/// <summary>The limits of probes that open a connection.</summary>
internal static class ConnectLimits
{
    /// <summary>Probes that connect at the same time: each holds a file descriptor.</summary>
    public const int Concurrent = 256;

    /// <summary>Probes that wait for their turn; more are answered Unknown.</summary>
    public const int Waiting = 16_384;

    /// <summary>Bytes of HTTP headers that are read, in units of 1,024. Bodies are not read at all.</summary>
    public const int HeaderKilobytes = 64;
}
