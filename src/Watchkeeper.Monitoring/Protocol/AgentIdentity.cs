namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Who an agent says it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Site">Where it is.</param>
/// <param name="Capacity">How many targets it watches at most.</param>
/// <param name="Software">Its version.</param>
/// <param name="Process">Names the running process.</param>
/// <param name="Token">The join token; null when there is none.</param>
/// <param name="Key">The key that it made, and had stored before it first said it: an agent that is killed at any
/// moment of its first join still has what the manager took.</param>
public sealed record AgentIdentity(
    string Name, string Site, int Capacity, string Software, Guid Process, string? Token, string Key)
{
    /// <summary>Bytes of a key; it is told, and kept, as twice so many hexadecimal digits.</summary>
    public const int KeyBytes = 32;

    /// <summary>Whether a text is a key.</summary>
    public static bool IsKey(string? text) =>
        text is { Length: 2 * KeyBytes } && text.All(char.IsAsciiHexDigit);

    /// <summary>Without the secrets, so that no log can have them.</summary>
    public override string ToString() => Name;
}
