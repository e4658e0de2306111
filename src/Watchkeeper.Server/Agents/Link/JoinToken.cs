using System.Security.Cryptography;
using System.Text;
using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Agents.Link;

/// <summary>The secret that a D-MONA shows at the first join of its name, and how secrets are compared.</summary>
internal sealed class JoinToken(string token)
{
    /// <summary>Its file in the data folder.</summary>
    public const string FileName = "agent-token";

    /// <summary>Bytes of a token.</summary>
    public const int SecretBytes = 32;

    /// <summary>Reads the token, or makes one at the first start; only the owner may read its file.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static JoinToken ReadOrMake(string dataFolder, Func<byte[]> newSecret)
    {
        var path = Path.Combine(dataFolder, FileName);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(dataFolder);
            SecretFile.Write(path, Convert.ToHexStringLower(newSecret()));
        }

        var token = File.ReadAllText(path).Trim();
        return token.Length == 2 * SecretBytes && token.All(char.IsAsciiHexDigit)
            ? new JoinToken(token)
            : throw new InvalidDataException($"{path} holds no join token; remove it to have one made.");
    }

    /// <summary>Whether a text is the token; takes the same time whatever the text.</summary>
    public bool Is(string? text) => text is not null && IsHashOf(Hash(token).AsSpan(), text);

    /// <summary>What is stored of a key.</summary>
    public static ImmutableArray<byte> Hash(string secret) =>
        [.. SHA256.HashData(Encoding.UTF8.GetBytes(secret))];

    /// <summary>Whether a hash is that of a secret; takes the same time whatever the secret.</summary>
    public static bool IsHashOf(ReadOnlySpan<byte> hash, string secret) =>
        CryptographicOperations.FixedTimeEquals(hash, Hash(secret).AsSpan());
}
