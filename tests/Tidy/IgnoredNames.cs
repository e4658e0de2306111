namespace Tidy;

/// <summary>
/// What .gitignore says, as far as this repository uses it: whole names, and names that begin with a star.
/// </summary>
internal sealed class IgnoredNames(ImmutableArray<(string Name, bool FoldersOnly)> patterns)
{
    public static IgnoredNames Parse(string gitignore) => new(
    [
        .. gitignore.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => (line.Trim('/'), line.EndsWith('/'))),
    ]);

    public bool Match(string name, bool isFolder) => patterns.Any(pattern =>
        (isFolder || !pattern.FoldersOnly)
        && (pattern.Name[0] == '*'
            ? name.EndsWith(pattern.Name[1..], StringComparison.Ordinal)
            : name == pattern.Name));
}
