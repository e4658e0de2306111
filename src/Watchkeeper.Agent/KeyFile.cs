using System.Security.Cryptography;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;

namespace Watchkeeper.Agent;

/// <summary>The agent's own key in its data folder: made once, and durable before it is first told.</summary>
internal sealed class KeyFile(string folder)
{
    private readonly string _path = Path.Combine(folder, "agent-key");

    /// <summary>Whether a key was made already.</summary>
    public bool Exists => File.Exists(_path);

    /// <summary>Reads the key, or makes one.</summary>
    /// <exception cref="InvalidDataException">The file is open to others, or holds no key.</exception>
    public string ReadOrMake()
    {
        if (!Exists)
        {
            SecretFile.Write(_path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(AgentIdentity.KeyBytes)));
        }

        var key = SecretFile.Read(_path);
        return AgentIdentity.IsKey(key)
            ? key
            : throw new InvalidDataException($"{_path} holds no key; forget the agent, and remove the file.");
    }
}
