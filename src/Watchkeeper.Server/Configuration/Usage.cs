using System.Text;
using Watchkeeper.Server.Storage.Backup;

namespace Watchkeeper.Server.Configuration;

/// <summary>What the server's program says of itself instead of serving: <c>--help</c> and <c>--version</c>.</summary>
internal static class Usage
{
    private const string Head = $"""
        Watchkeeper, an ETSI NFV VNF manager whose monitoring moves.

          Watchkeeper.Server [--KEY=VALUE ...]                     serves until SIGTERM
          Watchkeeper.Server {BackupVerb.BackupTo} FOLDER [--data=FOLDER]    saves a running server's data
          Watchkeeper.Server {BackupVerb.RestoreFrom} FOLDER [--data=FOLDER] puts them back
          Watchkeeper.Server --version

        Keys may also stand in DATA/{Settings.FileName} or, as section__key, in the environment:


        """;

    private const string Foot = "\ndocs/operations/configuration.md says what each is for, and its default.";

    private const int KeyWidth = 42;

    /// <summary>What a command line asks to be told; null when it asks for nothing, and the server is to
    /// serve.</summary>
    public static string? Of(IReadOnlyList<string> arguments) =>
        arguments.Any(argument => argument is "--help" or "-h" or "-?") ? Text()
        : arguments is ["--version"] ? Software.Version
        : null;

    private static string Text()
    {
        var text = new StringBuilder(Head);
        foreach (var key in ConfigurationKeys.All.Where(key => key.Name != ConfigurationKeys.TerminalStateAlias))
        {
            var effect = key.IsBuilt ? "" : "; not built yet";
            text.Append($"  {("--" + key.Name).PadRight(KeyWidth)}{Form(key)}{effect}\n");
        }

        return text.Append(Foot).ToString();
    }

    private static string Form(ConfigurationKey key) => key.Kind switch
    {
        ValueKind.Boolean => "true or false",
        ValueKind.Seconds => "seconds",
        ValueKind.Count => "a whole number",
        ValueKind.Addresses => "http addresses, with semicolons between them",
        ValueKind.Address => "an http address",
        ValueKind.Folder => "a folder",
        ValueKind.Text when key.Choices is { } choices => string.Join(", ", choices),
        ValueKind.Text => "a text",
        _ => throw new InvalidOperationException($"Unknown kind {key.Kind}."),
    };
}
