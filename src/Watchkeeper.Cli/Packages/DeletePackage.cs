using System.CommandLine;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Vnfs;

namespace Watchkeeper.Cli.Packages;

/// <summary><c>wk package delete</c>.</summary>
internal static class DeletePackage
{
    private static readonly Argument<string> Package = new("PACKAGE")
    {
        Description = "Its id, the beginning of it, or the VNFD's id.",
    };

    public static Command Create() => Verb.Of("delete", "Delete a package that no VNF uses.", RunAsync, Package);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var all = await call.Api.ListAsync(Resource.Packages, cancellationToken);
        var given = call.Arguments.GetRequiredValue(Package);
        var id = VnfLookup.OneOf(all.Items().ToList(), given, "package", nameMember: "vnfdId");
        await call.Api.DeleteAsync(Resource.Of(Resource.Packages, id), cancellationToken);
        call.Page.Done($"deleted package {id}");
        return ExitCode.Done;
    }
}
