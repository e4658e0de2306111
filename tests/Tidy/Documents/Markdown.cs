using System.Text.RegularExpressions;

namespace Tidy.Documents;

/// <summary>
/// What the rules need to see of a markdown page: prose lines, headings and links, without fenced blocks.
/// </summary>
internal static partial class Markdown
{
    /// <summary>A link with the line that it stands in, counted from 1.</summary>
    internal sealed record Link(int Line, string Target);

    /// <summary>The lines outside fenced blocks, each with its number.</summary>
    public static IEnumerable<(int Number, string Text)> Prose(TextFile page)
    {
        var isFenced = false;
        for (var i = 0; i < page.Lines.Length; i++)
        {
            if (page.Lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                isFenced = !isFenced;
            }
            else if (!isFenced)
            {
                yield return (i + 1, page.Lines[i]);
            }
        }
    }

    public static IEnumerable<string> Titles(TextFile page) =>
        Prose(page).Select(line => line.Text).Where(line => line.StartsWith("# ", StringComparison.Ordinal));

    public static IEnumerable<Link> Links(TextFile page) => Prose(page).SelectMany(line =>
        LinkPattern().Matches(CodeSpan().Replace(line.Text, ""))
            .Select(match => new Link(line.Number, match.Groups["target"].Value)));

    /// <summary>The anchors of a page's headings, as forges make them.</summary>
    public static IEnumerable<string> Anchors(TextFile page) => Prose(page)
        .Where(line => line.Text.StartsWith('#'))
        .Select(line => line.Text.TrimStart('#').Trim().ToLowerInvariant())
        .Select(heading => NotInAnchor().Replace(heading, "").Replace(' ', '-'));

    /// <summary>The cells of a table's row; empty when the line is none.</summary>
    public static ImmutableArray<string> Cells(string line) =>
        line.StartsWith('|') ? [.. line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries)] : [];

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)(\s+""[^""]*"")?\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LinkPattern();

    [GeneratedRegex("`[^`]*`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotInAnchor();
}
