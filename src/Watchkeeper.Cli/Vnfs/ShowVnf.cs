using System.CommandLine;
using System.Text.Json;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;

namespace Watchkeeper.Cli.Vnfs;

/// <summary><c>wk vnf show</c>: the instance and who watches its VMs.</summary>
internal static class ShowVnf
{
    private static readonly Argument<string> Vnf = VnfCommand.Vnf();

    public static Command Create() => Verb.Of("show", "Show a VNF instance and who watches it.", RunAsync, Vnf);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var id = await VnfLookup.FindAsync(call.Api, call.Arguments.GetRequiredValue(Vnf), cancellationToken);
        var vnf = await call.Api.GetAsync(Resource.Of(Resource.Instances, id), cancellationToken);
        if (call.Page.IsJson)
        {
            call.Page.Json(vnf);
            return ExitCode.Done;
        }

        ShowInstance(call.Page, vnf);
        if (vnf.Text("instantiationState") == "INSTANTIATED")
        {
            ShowMonitoring(call.Page, await call.Api.GetAsync(Resource.Monitoring(id), cancellationToken));
        }

        return ExitCode.Done;
    }

    private static void ShowInstance(Page page, JsonElement vnf)
    {
        var table = Page.TableOf("PROPERTY", "VALUE");
        table.Property("id", vnf.Text("id"));
        table.Property("name", vnf.Text("vnfInstanceName"));
        table.Property("description", vnf.Text("vnfInstanceDescription"));
        table.Property("state", vnf.Text("instantiationState"));
        table.Property("VNFD", vnf.Text("vnfdId"));
        table.Property("product", $"{vnf.Text("vnfProductName")} {vnf.Text("vnfSoftwareVersion")}");
        table.Property("provider", vnf.Text("vnfProvider"));
        foreach (var place in (string[])["extensions", "vnfConfigurableProperties", "metadata"])
        {
            table.Property(place, vnf.Text(place));
        }

        if (vnf.Member("instantiatedVnfInfo") is { } info)
        {
            table.Property("flavour", info.Text("flavourId"));
            table.Property("VNF state", info.Text("vnfState"));
        }

        page.Show(table);
    }

    /// <summary>Shows who watches each VM.</summary>
    public static void ShowMonitoring(Page page, JsonElement monitoring)
    {
        page.Line($"watched by {monitoring.Text("monitoring_agent")} (key {monitoring.Text("key")})");
        var table = Page.TableOf("VNFC", "ADDRESS", "STATE", "AGENT", "EPOCH", "MONITOR", "LAST PROBE", "KPIS");
        foreach (var vnfc in monitoring.Items("vnfcs"))
        {
            table.Row(
                vnfc.Text("vnfcInstanceId"),
                vnfc.Text("address"),
                vnfc.Text("state"),
                vnfc.Text("monitoring_agent"),
                vnfc.Text("epoch"),
                vnfc.Text("monitor"),
                vnfc.Text("lastProbeTime"),
                string.Join(", ", vnfc.Items("kpis").Select(Kpi)));
        }

        page.Show(table);
    }

    private static string Kpi(JsonElement kpi)
    {
        var believed = kpi.Text("believed") is { Length: > 0 } text ? text : "unknown";
        var against = kpi.Number("against") is > 0 and var count ? $" ({count} against)" : "";
        return $"{kpi.Text("eventName")} {believed}{against}";
    }
}
