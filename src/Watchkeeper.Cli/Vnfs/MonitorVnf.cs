using System.CommandLine;
using System.Text.Json;
using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Vnfs;

/// <summary><c>wk vnf monitor on|off</c>: monitoring by request.</summary>
internal static class MonitorVnf
{
    public static Command Create() => Verb.Noun(
        "monitor",
        "Switch the monitoring of a VNF.",
        Switch("on", "Watch the VNF again.", "enable"),
        Switch("off", "Stop watching the VNF, on purpose.", "disable"));

    private static Command Switch(string name, string description, string task)
    {
        var vnf = VnfCommand.Vnf();
        return Verb.Of(
            name,
            description,
            (call, cancellationToken) => RunAsync(call, call.Arguments.GetRequiredValue(vnf), task, cancellationToken),
            vnf);
    }

    private static async Task<int> RunAsync(
        Call call, string vnf, string task, CancellationToken cancellationToken)
    {
        var id = await VnfLookup.FindAsync(call.Api, vnf, cancellationToken);
        await call.Api.PostAsync(
            Resource.Monitoring(id, task), new Dictionary<string, JsonElement>(), cancellationToken);
        var monitoring = await call.Api.GetAsync(Resource.Monitoring(id), cancellationToken);
        if (call.Page.IsJson)
        {
            call.Page.Json(monitoring);
        }
        else
        {
            ShowVnf.ShowMonitoring(call.Page, monitoring);
        }

        return ExitCode.Done;
    }
}
