namespace Watchkeeper.Server.Sol003;

/// <summary>Ids as they stand in URIs. What is not one is simply unknown: a 404, as any other id that nothing
/// has.</summary>
internal static class Ids
{
    public static bool TryRead(string? text, out Guid id) => Guid.TryParseExact(text, "D", out id);
}
