using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Demo;

/// <summary>Ends the VNFs that a broken-off demo left.</summary>
internal static class DemoCleanUp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    /// <summary>Terminates every VNF that the server has; gives up after a while, or when the server is gone.</summary>
    public static async Task TerminateAllAsync(ServerApi api, TimeProvider time)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        try
        {
            while (await TerminateOnceAsync(api, deadline.Token))
            {
                await Task.Delay(Beat, time, deadline.Token);
            }
        }
        catch (Exception gone) when (gone is WkException or OperationCanceledException)
        {
            // What can't be ended by the server's own means is ended by its number afterwards.
        }
    }

    private static async Task<bool> TerminateOnceAsync(ServerApi api, CancellationToken cancellationToken)
    {
        var isLeft = false;
        foreach (var operation in (await api.ListAsync(Resource.Operations, cancellationToken)).Items())
        {
            var state = operation.Text("operationState");
            isLeft |= state is "STARTING" or "PROCESSING" or "ROLLING_BACK";
            if (state == "FAILED_TEMP")
            {
                isLeft = true;
                await TryAsync(Resource.Of(Resource.Operations, operation.Text("id"), "rollback"), body: null);
            }
        }

        foreach (var vnf in (await api.ListAsync(Resource.Instances, cancellationToken)).Items())
        {
            if (vnf.Text("instantiationState") == "INSTANTIATED")
            {
                isLeft = true;
                await TryAsync(
                    Resource.Of(Resource.Instances, vnf.Text("id"), "terminate"), new { terminationType = "FORCEFUL" });
            }
        }

        return isLeft;

        async Task TryAsync(string path, object? body)
        {
            try
            {
                await api.PostAsync(path, body, cancellationToken);
            }
            catch (WkException refusal) when (refusal.Status == 409)
            {
                // An operation is under way: the next round asks again.
            }
        }
    }
}
