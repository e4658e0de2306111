using System.CommandLine;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;

namespace Watchkeeper.Cli.Vnfs;

/// <summary><c>wk vnf list</c>.</summary>
internal static class ListVnfs
{
    public static Command Create() => Verb.Of("list", "List the VNF instances.", RunAsync);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var all = await call.Api.ListAsync(Resource.Instances, cancellationToken);
        if (call.Page.IsJson)
        {
            call.Page.Json(all);
            return ExitCode.Done;
        }

        var table = Page.TableOf("ID", "NAME", "STATE", "VNFD", "PRODUCT");
        foreach (var vnf in all.Items())
        {
            table.Row(
                vnf.Text("id"),
                vnf.Text("vnfInstanceName"),
                vnf.Text("instantiationState"),
                vnf.Text("vnfdId"),
                $"{vnf.Text("vnfProductName")} {vnf.Text("vnfSoftwareVersion")}");
        }

        call.Page.Show(table);
        return ExitCode.Done;
    }
}
