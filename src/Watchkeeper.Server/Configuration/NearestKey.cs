namespace Watchkeeper.Server.Configuration;

/// <summary>Finds the key that somebody meant who wrote one that does not exist.</summary>
internal static class NearestKey
{
    /// <summary>Few letters make too many keys by chance.</summary>
    private const int ShortestBeginning = 4;

    /// <summary>The key that is most like a name; null when none is.</summary>
    public static string? Of(string name)
    {
        var (section, key) = Split(name.Replace('.', ':'));
        var nearest = ConfigurationKeys.All
            .Select(known => (known.Name, Parts: Split(known.Name)))
            .Where(known => IsNear(key, known.Parts.Key))
            .OrderBy(known => Edits(key, known.Parts.Key) + Edits(section, known.Parts.Section))
            .FirstOrDefault();
        return nearest.Name?.Replace(':', '.');
    }

    private static (string Section, string Key) Split(string name)
    {
        var end = name.LastIndexOf(':');
        return (name[..Math.Max(end, 0)], name[(end + 1)..]);
    }

    // A letter in four may be wrong, or the end be missing.
    private static bool IsNear(string text, string known) =>
        Edits(text, known) <= Math.Max(1, text.Length / 4)
        || (text.Length >= ShortestBeginning && known.StartsWith(text, StringComparison.OrdinalIgnoreCase));

    // Levenshtein's distance, whatever the case, row by row.
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var (above, aboveLeft) = (0, row[0]);
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                above = row[j];
                var change = char.ToUpperInvariant(from[i - 1]) == char.ToUpperInvariant(to[j - 1]) ? 0 : 1;
                row[j] = Math.Min(aboveLeft + change, Math.Min(above, row[j - 1]) + 1);
                aboveLeft = above;
            }
        }

        return row[^1];
    }
}
