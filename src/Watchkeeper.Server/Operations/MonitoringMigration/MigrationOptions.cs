namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>The settings below <c>monitorMigration</c>. Durations are seconds.</summary>
internal sealed record MigrationOptions
{
    /// <summary>
    /// Whether the VNFM leaves FAILED_TEMP by itself (the source document's property). Default false.
    /// </summary>
    public bool TerminalStateOnError { get; init; }

    /// <summary>Whether the new agent must see every VM before the old one is touched. Default true.</summary>
    public bool Preflight { get; init; } = true;

    /// <summary>Whether GET with a body migrates, as the source document prints it. Default true.</summary>
    public bool AllowGet { get; init; } = true;

    /// <summary>How long the answer to an unset is waited for; 2 s by default.</summary>
    public double UnsetTimeout { get; init; } = 2;

    /// <summary>How long the answer to a set is waited for; 5 s by default.</summary>
    public double SetTimeout { get; init; } = 5;

    /// <summary>How long an agent keeps an unset monitor asleep before it wakes it by itself; 5 s by default.</summary>
    public double UnsetHold { get; init; } = 5;
}
