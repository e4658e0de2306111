using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Operations;

/// <summary>A request on an occurrence: retry, rollback, fail, cancel.</summary>
internal static class OperationRequest
{
    /// <summary>Sends the request and shows the occurrence as it then is.</summary>
    public static async Task<int> SendAsync(
        Call call, string given, string task, object? body, CancellationToken cancellationToken)
    {
        var id = await OperationCommand.FindAsync(call.Api, given, cancellationToken);
        await call.Api.PostAsync(Resource.Of(Resource.Operations, id, task), body, cancellationToken);
        ShowOperation.Show(
            call, await call.Api.GetAsync(Resource.Of(Resource.Operations, id), cancellationToken));
        return ExitCode.Done;
    }

    /// <summary>Sends the request and follows what comes of it.</summary>
    public static async Task<int> FollowAsync(
        Call call, string given, string task, bool isWatching, string goal, CancellationToken cancellationToken)
    {
        var id = await OperationCommand.FindAsync(call.Api, given, cancellationToken);
        await call.Api.PostAsync(Resource.Of(Resource.Operations, id, task), body: null, cancellationToken);
        return await OperationWatch.FollowAsync(call, id, isWatching, goal, cancellationToken);
    }
}
