using System.Text.RegularExpressions;

namespace Tidy.Documents;

/// <summary>Nothing in a file is true on one machine, or on one day, only.</summary>
/// <remarks>The patterns are put together from pieces, so that this file passes its own rule.</remarks>
internal static class Leaks
{
    private sealed record Leak(Regex Pattern, string Message, bool IsForProse = false);

    private static readonly ImmutableArray<Leak> All =
    [
        new(Of("(?<![A-Za-z0-9_.:/])/(?:ho" + "me|ro" + "ot|Us" + "ers|wo" + @"rk)/\w"),
            "is a path of one machine. Say it relative to the repository, or to a folder that the reader chooses"),
        new(Of(@"\b[A-Z]:" + @"\\[A-Za-z]"),
            "is a path of one machine. Say it relative to the repository, or to a folder that the reader chooses"),
        new(Of(@"\b(?:api|registry|deb|security|files)\.[a-z]+\." + "org"),
            "is a package registry's host. Leave it to the package client, or use a name below example.test"),
        new(Of(@"\b[Ii]ssues?\s+#?\d|(?<![\w&/])#\d{1,5}(?![\w-])"),
            "is an issue's number. Say what it was about", IsForProse: true),
        new(Of(@"\b(?:TO" + "DO|FIX" + "ME|XX" + @"X)\b"),
            "marks unfinished work. Do it, or leave it out", IsForProse: true),
    ];

    private static ImmutableArray<string> Prose =>
        [".md", ".cs", ".csproj", ".props", ".proto", ".yaml", ".yml", ".txt"];

    public static IEnumerable<string> Check(Repository repository)
    {
        foreach (var file in repository.Files.Where(file => file.Name != "packages.lock.json"))
        {
            var isProse = Prose.Any(ending => file.Name.EndsWith(ending, StringComparison.Ordinal))
                || file.Path == ".ci/run";
            foreach (var leak in All.Where(leak => isProse || !leak.IsForProse))
            {
                foreach (Match match in leak.Pattern.Matches(file.Text))
                {
                    var line = file.Text.AsSpan(0, match.Index).Count('\n') + 1;
                    yield return $"{file}:{line}: '{match.Value}' {leak.Message}.";
                }
            }
        }
    }

    private static Regex Of(string pattern) => new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
}
