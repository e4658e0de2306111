namespace Tidy.Layout;

/// <summary>The first room: a newcomer sees nothing in it that is not for everybody.</summary>
internal static class RootFiles
{
    private static ImmutableArray<string> Allowed =>
    [
        "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "LICENSE", "Watchkeeper.slnx", "global.json",
        "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig", ".gitignore",
        ".ci", ".config", "bench", "docs", "samples", "src", "tests",
    ];

    private static ImmutableArray<string> AllowedInDocs =>
        ["glossary.md", "checklists", "decisions", "flows", "operations"];

    public static IEnumerable<string> Check(Repository repository)
    {
        foreach (var name in repository.Files.Select(file => file.Path.Split('/')[0]).Distinct(StringComparer.Ordinal))
        {
            if (!Allowed.Contains(name))
            {
                yield return $"{name}: not for the repository's root. Move it below docs, src or tests.";
            }
        }

        var documents = repository.Files.Where(file => file.IsBelow("docs")).Select(file => file.Path.Split('/')[1]);
        foreach (var name in documents.Distinct(StringComparer.Ordinal).Where(name => !AllowedInDocs.Contains(name)))
        {
            yield return $"docs/{name}: not for its root. Move it into {string.Join(", ", AllowedInDocs[1..])}.";
        }
    }
}
