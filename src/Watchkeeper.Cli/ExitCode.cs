namespace Watchkeeper.Cli;

/// <summary>How wk ends.</summary>
internal static class ExitCode
{
    /// <summary>It was done.</summary>
    public const int Done = 0;

    /// <summary>It was not done.</summary>
    public const int Failed = 1;

    /// <summary>The command line can't be understood.</summary>
    public const int Usage = 2;

    /// <summary>Ctrl-C or SIGTERM: 128 and SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}
