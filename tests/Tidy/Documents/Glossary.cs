using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Documents;

/// <summary>The glossary names the types that carry its words; each is there, or is marked as coming later.</summary>
internal static partial class Glossary
{
    private const string Page = "docs/glossary.md";
    private const string Later = "*later*";

    public static IEnumerable<string> Check(Repository repository)
    {
        var types = repository.Product
            .SelectMany(file => file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>())
            .Select(type => type.Identifier.Text)
            .ToHashSet(StringComparer.Ordinal);
        if (repository.Find(Page) is not { } page)
        {
            yield return $"{Page} is missing. Write it: one word, one meaning.";
            yield break;
        }

        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (number, line) in Markdown.Prose(page))
        {
            if (Markdown.Cells(line) is [var word, _, ..] && !IsHeader(word) && !words.Add(word))
            {
                yield return $"{Page}:{number}: '{word}' is there twice. One word, one meaning.";
            }

            var isLater = line.Contains(Later, StringComparison.Ordinal);
            foreach (var name in Bold().Matches(line).Select(match => match.Groups["name"].Value))
            {
                if (isLater && types.Contains(name))
                {
                    yield return $"{Page}:{number}: {name} is there now. Take '{Later}' out.";
                }
                else if (!isLater && !types.Contains(name))
                {
                    yield return $"{Page}:{number}: no type {name} in src. Use the glossary's name, mend this line, "
                        + $"or mark it {Later}.";
                }
            }
        }
    }

    private static bool IsHeader(string word) =>
        word is "" or "Word" or "Avoid" || word.StartsWith("---", StringComparison.Ordinal);

    [GeneratedRegex(@"\*\*(?<name>[^*]+)\*\*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Bold();
}
