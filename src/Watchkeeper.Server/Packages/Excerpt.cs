namespace Watchkeeper.Server.Packages;

/// <summary>What of a foreign text may stand in a message: its beginning, without control characters.</summary>
internal static class Excerpt
{
    private const int Length = 80;

    public static string Of(string text)
    {
        var start = text.Length > Length ? text[..Length] + "…" : text;
        return string.Concat(start.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
