namespace Watchkeeper.Monitoring.Protocol;

/// <summary>The other end sent something that the protocol does not allow; the session ends.</summary>
public sealed class LinkFormatException : Exception
{
    public LinkFormatException()
    {
    }

    public LinkFormatException(string message) : base(message)
    {
    }

    public LinkFormatException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
