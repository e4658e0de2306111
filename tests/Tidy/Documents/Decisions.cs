namespace Tidy.Documents;

/// <summary>A decision's page has its number, its three parts, and a line in the list.</summary>
internal static class Decisions
{
    private const string Folder = "docs/decisions";

    private static ImmutableArray<string> Parts => ["## Context", "## Decision", "## Consequences"];

    public static IEnumerable<string> Check(Repository repository)
    {
        var list = repository.Find(Folder + "/README.md")?.Text ?? "";
        foreach (var page in repository.Markdown.Where(page => page.Folder == Folder && page.Name != "README.md"))
        {
            var number = page.Name.Split('-')[0];
            if (number.Length != 4 || !number.All(char.IsAsciiDigit)
                || !page.Lines[0].StartsWith($"# {number}: ", StringComparison.Ordinal))
            {
                yield return $"{page}: name it 0000-what.md, with the next number, and begin it with '# 0000: …'.";
            }

            foreach (var part in Parts.Where(part => !page.Lines.Contains(part)))
            {
                yield return $"{page}: it has no '{part}'. Write it, short.";
            }

            if (!list.Contains($"({page.Name})", StringComparison.Ordinal))
            {
                yield return $"{page}: it is not in {Folder}/README.md. Add a line.";
            }
        }
    }
}
