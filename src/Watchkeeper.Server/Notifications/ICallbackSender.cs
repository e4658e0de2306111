namespace Watchkeeper.Server.Notifications;

/// <summary>A request to a consumer's server, or to the server where its tokens are got.</summary>
internal sealed record CallbackRequest(
    HttpMethod Method, Uri Uri, string? Authorization, string? ContentType, ReadOnlyMemory<byte> Body);

/// <summary>What came of a callback. A closed set.</summary>
internal abstract record CallbackAnswer
{
    private CallbackAnswer()
    {
    }

    /// <summary>There was an answer; of its body at most <see cref="ICallbackSender.MostRead"/> bytes.</summary>
    public sealed record Answered(int Status, ReadOnlyMemory<byte> Body) : CallbackAnswer;

    /// <summary>There was none; why, for people.</summary>
    public sealed record Unreachable(string Why) : CallbackAnswer;
}

/// <summary>The way out to consumers: real HTTP in the server, a fake network in a simulation.</summary>
internal interface ICallbackSender
{
    /// <summary>How much of an answer is read, in bytes.</summary>
    const int MostRead = 64 * 1024;

    /// <summary>Sends one request; the caller's token is its deadline.</summary>
    Task<CallbackAnswer> SendAsync(CallbackRequest request, CancellationToken cancellationToken);
}
