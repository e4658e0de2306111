using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Watchkeeper.Server.Notifications;

namespace Server.Tests.Notifications;

/// <summary>What a consumer got.</summary>
internal sealed record Received(string Method, Uri Uri, string? Authorization, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);
}

/// <summary>The network of consumers: answers as it is told, and remembers what came.</summary>
internal sealed class FakeConsumers : ICallbackSender
{
    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();

    /// <summary>Answers a request; 204 unless a test says otherwise. A null status hangs until the deadline.</summary>
    public Func<Received, (int? Status, string Body)> Answer { get; set; } = _ => (204, "");

    /// <summary>The next request that came, of any consumer.</summary>
    public async Task<Received> NextAsync() =>
        await _received.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public bool TryNext(out Received? received) => _received.Reader.TryRead(out received);

    public async Task<CallbackAnswer> SendAsync(CallbackRequest request, CancellationToken cancellationToken)
    {
        var received = new Received(
            request.Method.Method, request.Uri, request.Authorization, Encoding.UTF8.GetString(request.Body.Span));
        var (status, body) = Answer(received);
        await _received.Writer.WriteAsync(received, cancellationToken);
        if (status is null)
        {
            var never = new TaskCompletionSource();
            await never.Task.WaitAsync(cancellationToken);
        }

        return new CallbackAnswer.Answered(status!.Value, Encoding.UTF8.GetBytes(body));
    }
}
