namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Reaches the manager: asks where its link listens, and connects. The seam to sockets.</summary>
public interface ILinkDialer
{
    /// <summary>Opens a new link.</summary>
    /// <exception cref="LinkBrokenException">The manager can't be reached.</exception>
    Task<ILink> DialAsync(CancellationToken cancellationToken);
}

/// <summary>An open link. Disposing it sends what is still queued, if the other side takes it at once, and
/// closes.</summary>
public interface ILink : IAsyncDisposable
{
    /// <summary>The agent's end.</summary>
    LinkEnd<ServerMessage, AgentMessage> AgentEnd { get; }
}

/// <summary>The manager can't be reached, or the link to it broke.</summary>
public sealed class LinkBrokenException : Exception
{
    public LinkBrokenException()
    {
    }

    public LinkBrokenException(string message) : base(message)
    {
    }

    public LinkBrokenException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
