using System.Diagnostics;
using System.Text.Json;

namespace EndToEnd.Harness;

/// <summary>One run of wk.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
internal sealed record WkRun(int ExitCode, string Output, string Errors)
{
    /// <summary>Its one JSON document.</summary>
    public JsonElement Json => JsonElement.Parse(Output);
}

/// <summary>Runs wk as a person or a script does.</summary>
internal static class WkProcess
{
    /// <summary>Runs it to its end.</summary>
    public static Task<WkRun> RunAsync(Uri server, params string[] arguments) =>
        RunAsync([.. arguments, "--server", server.AbsoluteUri]);

    /// <summary>Runs it to its end, without naming a server.</summary>
    public static async Task<WkRun> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo(Programs.Wk, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("WK_SERVER");
        foreach (var proxy in start.Environment.Keys.Where(IsProxy).ToList())
        {
            start.Environment.Remove(proxy);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("wk did not start.");
        process.StandardInput.Close();
        var cancellationToken = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new WkRun(process.ExitCode, await output, await errors);
    }

    // What is tested is on this machine, and not always on the loopback.
    private static bool IsProxy(string variable) => variable.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase);

    /// <summary>Runs it, and demands that it worked.</summary>
    public static async Task<JsonElement> JsonAsync(Uri server, params string[] arguments)
    {
        var run = await RunAsync(server, [.. arguments, "--json"]);
        run.ExitCode.ShouldBe(0, $"wk {string.Join(' ', arguments)}: {run.Errors}");
        return run.Json;
    }
}
