using System.Text.RegularExpressions;

namespace Tidy.Code;

/// <summary>
/// One word, one meaning: words that the glossary avoids are not in the names of the product's types.
/// </summary>
internal static partial class AvoidedWords
{
    private sealed record Avoided(string Word, string Instead, params ImmutableArray<string> FoldersThatMeanIt);

    private static ImmutableArray<Avoided> Words =>
    [
        new("Job", "Say Operation or Step"),
        // There a task resource of SOL003 is meant: retry, rollback, instantiate, …
        new("Task", "Say Operation or Step",
            "src/Watchkeeper.Server/OperationOccurrences", "src/Watchkeeper.Server/VnfInstances"),
        // There a process of the operating system is meant.
        new("Process", "Say Operation or Step", "src/Watchkeeper.Server/Vim/Host", "src/Watchkeeper.Cli"),
        // There a node of a YAML document is meant.
        new("Node", "Say Target or Agent", "src/Watchkeeper.Server/Packages"),
    ];

    public static IEnumerable<string> Check(Repository repository)
    {
        foreach (var file in repository.Product)
        {
            foreach (var name in TopLevelTypes.Of(file).Select(type => type.Identifier.Text))
            {
                if (name == "Service")
                {
                    yield return $"{file}: 'Service' alone may mean anything. Say Deployment, or the exact thing.";
                }

                var words = Word().Matches(name).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
                foreach (var avoided in Words.Where(avoided => words.Contains(avoided.Word)))
                {
                    if (!avoided.FoldersThatMeanIt.Any(file.IsBelow))
                    {
                        yield return $"{file}: '{name}' uses the word '{avoided.Word}', which docs/glossary.md avoids. "
                            + $"{avoided.Instead}.";
                    }
                }
            }
        }
    }

    [GeneratedRegex("[A-Z][a-z0-9]*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
