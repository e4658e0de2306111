namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Who an agent says it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Site">Where it is.</param>
/// <param name="Capacity">How many targets it watches at most.</param>
/// <param name="Software">Its version.</param>
/// <param name="Process">Names the running process.</param>
/// <param name="Token">The join token; null when there is none.</param>
/// <param name="Key">Where its key is kept.</param>
public sealed record AgentIdentity(
    string Name, string Site, int Capacity, string Software, Guid Process, string? Token, IAgentKey Key)
{
    /// <summary>Without the secret, so that no log can have it.</summary>
    public override string ToString() => Name;
}

/// <summary>Where an agent keeps the key that it was given at its first join.</summary>
public interface IAgentKey
{
    /// <summary>The key; null when the agent never joined.</summary>
    string? Read();

    /// <summary>Keeps the key; returns when it is durable.</summary>
    void Keep(string key);
}
