using EndToEnd.Harness;

namespace EndToEnd.ErrorTable;

/// <summary>
/// A page of docs/flows/errors: below a heading that names the play and the flag stands the transcript, so that what
/// people read is what was seen. With WATCHKEEPER_REWRITE=1 the page takes what was seen.
/// </summary>
internal static class ErrorPage
{
    private const string Rewrite = "WATCHKEEPER_REWRITE";
    private const string Fence = "```";

    /// <summary>Demands that the page shows exactly this transcript.</summary>
    public static async Task DemandAsync(Play play, bool terminalStateOnError, string transcript)
    {
        var heading = $"### {play.Title}, terminalStateOnError {(terminalStateOnError ? "true" : "false")}";
        var file = Path.Combine(Programs.Root, "docs", "flows", "errors", play.Page + ".md");
        var cancellationToken = TestContext.Current.CancellationToken;
        var page = File.Exists(file) ? await File.ReadAllTextAsync(file, cancellationToken) : "";
        if (Environment.GetEnvironmentVariable(Rewrite) == "1")
        {
            await File.WriteAllTextAsync(file, With(page, heading, transcript), cancellationToken);
            return;
        }

        (Shown(page, heading) ?? $"(docs/flows/errors/{play.Page}.md has no transcript below '{heading}')")
            .ShouldBe(transcript, $"{play}; {Rewrite}=1 rewrites the page");
    }

    private static string? Shown(string page, string heading) =>
        Find(page, heading) is { } range ? page[range] : null;

    private static string With(string page, string heading, string transcript) => Find(page, heading) is { } range
        ? page[..range.Start] + transcript + page[range.End..]
        : $"{page.TrimEnd('\n')}\n\n{heading}\n\n{Fence}text\n{transcript}\n{Fence}\n";

    private static Range? Find(string page, string heading)
    {
        var at = page.IndexOf(heading + "\n", StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var from = page.IndexOf($"{Fence}text\n", at, StringComparison.Ordinal) + Fence.Length + "text\n".Length;
        return from..page.IndexOf($"\n{Fence}", from, StringComparison.Ordinal);
    }
}
