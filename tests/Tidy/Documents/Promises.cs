using System.Text.RegularExpressions;

namespace Tidy.Documents;

/// <summary>What the README promises is what CI runs, what is there, and what the page of the keys says.</summary>
internal static partial class Promises
{
    private const string Readme = "README.md";
    private const string Keys = "docs/operations/configuration.md";

    private static ImmutableArray<string> Commands =>
        ["dotnet run --project src/Watchkeeper.Cli -- demo", "dotnet test"];

    public static IEnumerable<string> Check(Repository repository)
    {
        foreach (var path in (string[])[Readme, ".ci/run"])
        {
            var text = repository.Find(path)?.Text ?? "";
            foreach (var command in Commands.Where(command => !text.Contains(command, StringComparison.Ordinal)))
            {
                yield return $"{path}: '{command}' is missing. A reader's two commands are those that CI runs.";
            }
        }

        foreach (var page in repository.Markdown)
        {
            foreach (Match match in ProjectOption().Matches(page.Text))
            {
                if (!repository.Has(match.Groups["path"].Value))
                {
                    yield return $"{page}: there is no project {match.Groups["path"].Value}. Mend the command.";
                }
            }
        }

        var promised = KeysIn(repository.Find(Readme));
        var explained = KeysIn(repository.Find(Keys));
        foreach (var key in promised.Except(explained))
        {
            yield return $"{Keys}: {key} of {Readme} is missing. Explain it in a row, or take it out there.";
        }

        foreach (var key in explained.Except(promised))
        {
            yield return $"{Readme}: {key} of {Keys} is missing in its table. Add it, or take it out there.";
        }
    }

    // The keys that a page's tables show: the first code span of a cell, when it has a dot.
    private static ImmutableSortedSet<string> KeysIn(TextFile? page) => page is null ? [] :
    [
        .. Markdown.Prose(page).SelectMany(line => Markdown.Cells(line.Text))
            .SelectMany(cell => KeyCell().Match(cell).Groups["key"].Captures.Select(capture => capture.Value)),
    ];

    [GeneratedRegex(@"--project (?<path>[\w./-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ProjectOption();

    [GeneratedRegex(@"^(`(?<key>[a-zA-Z]+\.[a-zA-Z.]+)`(, )?)+( \*)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeyCell();
}
