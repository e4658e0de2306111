using System.CommandLine;
using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Vnfs;

/// <summary><c>wk vnf delete</c>.</summary>
internal static class DeleteVnf
{
    private static readonly Argument<string> Vnf = VnfCommand.Vnf();

    public static Command Create() => Verb.Of(
        "delete", "Delete a VNF instance that is not instantiated.", RunAsync, Vnf);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var id = await VnfLookup.FindAsync(call.Api, call.Arguments.GetRequiredValue(Vnf), cancellationToken);
        await call.Api.DeleteAsync(Resource.Of(Resource.Instances, id), cancellationToken);
        call.Page.Done($"deleted VNF instance {id}");
        return ExitCode.Done;
    }
}
