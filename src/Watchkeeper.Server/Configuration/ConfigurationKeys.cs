namespace Watchkeeper.Server.Configuration;

/// <summary>What a setting's value must be.</summary>
internal enum ValueKind
{
    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>Seconds, as a number from 0; fractions are allowed.</summary>
    Seconds,

    /// <summary>A whole number from 1.</summary>
    Count,

    /// <summary>Any text.</summary>
    Text,

    /// <summary>An http or https address, or several with semicolons between them.</summary>
    Addresses,

    /// <summary>One http or https address.</summary>
    Address,

    /// <summary>The name of a folder.</summary>
    Folder,
}

/// <summary>One setting that the server knows.</summary>
/// <param name="Name">Its name, with a colon between section and key.</param>
/// <param name="Kind">What its value must be.</param>
/// <param name="IsBuilt">Whether the feature that it belongs to is built; else it is accepted, and said to have no
/// effect.</param>
/// <param name="Choices">What a text must be one of; null when it may be any.</param>
internal sealed record ConfigurationKey(
    string Name, ValueKind Kind, bool IsBuilt = true, ImmutableArray<string>? Choices = null);

/// <summary>
/// Every setting of the server. The defaults stand where the settings are read; docs/operations lists both.
/// </summary>
internal static class ConfigurationKeys
{
    /// <summary>An accepted alias, from the source document's footnote.</summary>
    public const string TerminalStateAlias = "monitorMigration:terminalStateOnErrorOutcome";

    /// <summary>The name that the alias stands for.</summary>
    public const string TerminalState = "monitorMigration:terminalStateOnError";

    /// <summary>All keys.</summary>
    public static ImmutableArray<ConfigurationKey> All { get; } =
    [
        new("urls", ValueKind.Addresses),
        new("data", ValueKind.Folder),
        new(TerminalState, ValueKind.Boolean),
        new(TerminalStateAlias, ValueKind.Boolean),
        new("monitorMigration:preflight", ValueKind.Boolean),
        new("monitorMigration:allowGet", ValueKind.Boolean),
        new("monitorMigration:unsetTimeout", ValueKind.Seconds),
        new("monitorMigration:setTimeout", ValueKind.Seconds),
        new("monitorMigration:unsetHold", ValueKind.Seconds),
        new("server:apiRoot", ValueKind.Address),
        new("link:urls", ValueKind.Address),
        new("localMona:capacity", ValueKind.Count),
        new("unwatched:guardAfter", ValueKind.Seconds),
        new("lcm:failedTempAlarm", ValueKind.Seconds),
        new("notification:maxBacklog", ValueKind.Count),
        new("notification:profile", ValueKind.Text, Choices: ["source", "standard", "both"]),
        new("retention:occurrences", ValueKind.Count),
        new("retention:events", ValueKind.Count),
        new("retention:alarms", ValueKind.Count),
        new("packages:maxBytes", ValueKind.Count),
        new("security:insecureBind", ValueKind.Boolean),
        new("drills:allowed", ValueKind.Boolean),
        new("failover:enabled", ValueKind.Boolean, IsBuilt: false),
        new("failover:returnHome", ValueKind.Boolean, IsBuilt: false),
        new("vim:default", ValueKind.Text),
        new("vim:simulator:addressRange", ValueKind.Text),
        new("vim:host:addressRange", ValueKind.Text),
        new("vim:host:folder", ValueKind.Folder),
        new("drill:serviceUpdate", ValueKind.Text),
        new("drill:rollbackUpdate", ValueKind.Text),
        new("drill:crashAt", ValueKind.Text),
    ];

    /// <summary>
    /// The key of a name, whatever its case and whether it is spelt with dots or colons; null when there is none.
    /// </summary>
    public static ConfigurationKey? Find(string name)
    {
        var spelt = name.Replace('.', ':');
        return All.FirstOrDefault(key => string.Equals(key.Name, spelt, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The first part of every key that has one: environment variables below these are ours.</summary>
    public static bool IsOurSection(string section) => All.Any(key =>
        key.Name.Contains(':', StringComparison.Ordinal)
        && string.Equals(key.Name.Split(':')[0], section, StringComparison.OrdinalIgnoreCase));
}
