using System.CommandLine;

namespace Watchkeeper.Cli;

/// <summary>The options that every command has.</summary>
internal static class GlobalOptions
{
    /// <summary>Machine form: one JSON document on standard output.</summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the server's own JSON instead of a table.",
        Recursive = true,
    };

    /// <summary>The server to talk to.</summary>
    public static Option<string?> Server { get; } = new("--server")
    {
        Description = "The server (else WK_SERVER, else http://127.0.0.1:8250).",
        HelpName = "URL",
        Recursive = true,
    };

    /// <summary>The server's address: the option, else WK_SERVER, else the default.</summary>
    public static Uri AddressOf(string? option)
    {
        var text = option ?? Environment.GetEnvironmentVariable("WK_SERVER");
        text = string.IsNullOrWhiteSpace(text) ? "http://127.0.0.1:8250" : text.Trim();
        return Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https"
            ? address
            : throw new WkException($"'{text}' is not an http or https address of a server.");
    }
}
