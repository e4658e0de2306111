namespace Watchkeeper.Cli;

/// <summary>Why a command could not be done, in one line for people; shown on standard error.</summary>
internal sealed class WkException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The HTTP status by which the server refused; 0 when it was not the server.</summary>
    public int Status { get; init; }
}
