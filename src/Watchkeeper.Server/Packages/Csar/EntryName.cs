using System.Text;

namespace Watchkeeper.Server.Packages.Csar;

/// <summary>Which names an entry of an archive may have: relative paths that stay inside, in one spelling.</summary>
internal static class EntryName
{
    /// <summary>What is wrong with a name; null when nothing is. A folder's name ends with a slash.</summary>
    public static string? Objection(string name)
    {
        if (name.Length == 0)
        {
            return "an entry has no name";
        }

        var shown = Excerpt.Of(name);
        if (name.Contains('\\', StringComparison.Ordinal))
        {
            return $"the entry '{shown}' has a backslash in its name";
        }

        if (name.StartsWith('/'))
        {
            return $"the entry '{shown}' has an absolute name";
        }

        if (name.Length > 1 && name[1] == ':' && char.IsAsciiLetter(name[0]))
        {
            return $"the entry '{shown}' names a drive";
        }

        if (name.Any(c => char.IsControl(c) || c == '\uFFFD'))
        {
            return $"the entry '{shown}' has a character in its name that no file's name should have";
        }

        foreach (var part in name.TrimEndOnce('/').Split('/'))
        {
            if (part is "" or "." or "..")
            {
                return $"the entry '{shown}' leaves the package, or names a place in a roundabout way";
            }

            if (Encoding.UTF8.GetByteCount(part) > PackageLimits.NamePartBytes)
            {
                return $"the entry '{shown}' has a part longer than {PackageLimits.NamePartBytes} bytes in its name";
            }
        }

        return null;
    }

    private static string TrimEndOnce(this string name, char last) =>
        name.EndsWith(last) ? name[..^1] : name;

    /// <summary>A name that a file of the package gives, seen from the folder of that file; null when it leaves the
    /// package.</summary>
    public static string? Resolve(string fromFile, string name)
    {
        if (name.StartsWith('/') || name.Contains('\\', StringComparison.Ordinal))
        {
            return null;
        }

        var parts = new List<string>(fromFile.Split('/')[..^1]);
        foreach (var part in name.Split('/'))
        {
            if (part is "..")
            {
                if (parts.Count == 0)
                {
                    return null;
                }

                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }
}
