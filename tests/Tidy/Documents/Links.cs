namespace Tidy.Documents;

/// <summary>A page has one title, and its relative links lead somewhere.</summary>
internal static class Links
{
    public static IEnumerable<string> Check(Repository repository)
    {
        foreach (var page in repository.Markdown)
        {
            if (Markdown.Titles(page).Count() != 1
                || !page.Lines.First(line => line.Length > 0).StartsWith("# ", StringComparison.Ordinal))
            {
                yield return $"{page}: a page begins with its one title. Write '# …' in the first line, and no second.";
            }

            foreach (var link in Markdown.Links(page))
            {
                if (WhatIsWrong(repository, page, link.Target) is { } wrong)
                {
                    yield return $"{page}:{link.Line}: the link to {link.Target} {wrong}. Mend it.";
                }
            }
        }
    }

    private static string? WhatIsWrong(Repository repository, TextFile page, string target)
    {
        if (target.Contains("://") || target.StartsWith("mailto:", StringComparison.Ordinal))
        {
            return null;
        }

        if (target.StartsWith('/'))
        {
            return "is absolute: only relative links work everywhere";
        }

        var (path, anchor) = target.Split('#', 2) is [var before, var after] ? (before, after) : (target, "");
        var resolved = path.Length == 0 ? page.Path : Resolve(page.Folder, path);
        if (resolved is null || !repository.Has(resolved))
        {
            return "is dead";
        }

        return anchor.Length > 0 && repository.Find(resolved) is { IsMarkdown: true } linked
            && !Markdown.Anchors(linked).Contains(anchor, StringComparer.Ordinal)
                ? "names a heading that is not there"
                : null;
    }

    // Null when it leaves the repository.
    private static string? Resolve(string folder, string path)
    {
        var parts = new List<string>(folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count == 0)
            {
                return null;
            }
            else
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return string.Join('/', parts);
    }
}
