using System.Text.Json;
using Simulation.Scheduling;
using Watchkeeper.Server.Notifications;

namespace Simulation.Machines;

/// <summary>The way from the manager to its consumers: slow, at times refused, at times told without an
/// answer.</summary>
internal sealed class ConsumerCalls(World world, Node node) : ICallbackSender
{
    public async Task<CallbackAnswer> SendAsync(CallbackRequest request, CancellationToken cancellationToken)
    {
        await Task.Delay(world.CallbackLatency(), node.Clock, cancellationToken);
        if (world.IsConsumerDeaf(request.Uri))
        {
            return new CallbackAnswer.Answered(503, ReadOnlyMemory<byte>.Empty);
        }

        if (request.Body.IsEmpty)
        {
            // The test of a new subscription's endpoint.
            return new CallbackAnswer.Answered(204, ReadOnlyMemory<byte>.Empty);
        }

        using var body = JsonDocument.Parse(request.Body);
        world.Consumers.Told(
            body.RootElement.GetProperty("subscriptionId").GetGuid(),
            body.RootElement.GetProperty("id").GetGuid());
        await Task.Delay(world.CallbackLatency(), node.Clock, cancellationToken);
        return world.IsAnswerLost()
            ? new CallbackAnswer.Unreachable("the connection was reset")
            : new CallbackAnswer.Answered(204, ReadOnlyMemory<byte>.Empty);
    }
}
