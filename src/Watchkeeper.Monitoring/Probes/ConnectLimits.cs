namespace Watchkeeper.Monitoring.Probes;

/// <summary>The limits of probes that open a connection.</summary>
internal static class ConnectLimits
{
    /// <summary>Probes that connect at the same time: each holds a file descriptor.</summary>
    public const int Concurrent = 8_192;

    /// <summary>Probes that wait for their turn; more are answered Unknown.</summary>
    public const int Waiting = 32_768;

    /// <summary>Bytes of HTTP headers that are read, in units of 1,024. Bodies are not read at all.</summary>
    public const int HeaderKilobytes = 64;
}
