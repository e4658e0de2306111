using System.CommandLine;
using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Vnfs;

/// <summary><c>wk vnf create</c>.</summary>
internal static class CreateVnf
{
    private static readonly Argument<string> Vnfd = new("VNFD")
    {
        Description = "The descriptor's id, as the package declares it (wk package list).",
    };

    private static readonly Option<string?> Name = new("--name")
    {
        Description = "A name for the instance; need not be unique.",
    };

    public static Command Create() => Verb.Of("create", "Create a VNF instance.", RunAsync, Vnfd, Name);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var body = new Dictionary<string, object> { ["vnfdId"] = call.Arguments.GetRequiredValue(Vnfd) };
        if (call.Arguments.GetValue(Name) is { } name)
        {
            body["vnfInstanceName"] = name;
        }

        var created = (await call.Api.PostAsync(Resource.Instances, body, cancellationToken)).Document;
        if (call.Page.IsJson)
        {
            call.Page.Json(created);
        }
        else
        {
            call.Page.Line($"created VNF instance {created.Text("id")}");
        }

        return ExitCode.Done;
    }
}
