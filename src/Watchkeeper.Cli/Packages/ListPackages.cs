using System.CommandLine;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;

namespace Watchkeeper.Cli.Packages;

/// <summary><c>wk package list</c>.</summary>
internal static class ListPackages
{
    public static Command Create() => Verb.Of("list", "List the packages.", RunAsync);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var all = await call.Api.ListAsync(Resource.Packages, cancellationToken);
        if (call.Page.IsJson)
        {
            call.Page.Json(all);
            return ExitCode.Done;
        }

        var table = Page.TableOf("ID", "VNFD", "PROVIDER", "PRODUCT", "AGENT KEY");
        foreach (var package in all.Items())
        {
            table.Row(
                package.Text("id"),
                package.Text("vnfdId"),
                package.Text("vnfProvider"),
                $"{package.Text("vnfProductName")} {package.Text("vnfSoftwareVersion")}".Trim(),
                package.Text("agentKey"));
        }

        call.Page.Show(table);
        return ExitCode.Done;
    }
}
