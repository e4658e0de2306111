using System.CommandLine;
using System.Globalization;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Operations;

namespace Watchkeeper.Cli.Vnfs;

/// <summary><c>wk vnf terminate</c>.</summary>
internal static class TerminateVnf
{
    private static readonly Argument<string> Vnf = VnfCommand.Vnf();

    private static readonly Option<int?> Graceful = new("--graceful")
    {
        Description = "Give each VM so many seconds to end by itself (else it is killed a moment after it was asked).",
        HelpName = "S",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return seconds;
            }

            result.AddError($"--graceful is a whole number of seconds, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private static readonly Option<bool> Watch = OperationWatch.Option();

    public static Command Create() => Verb.Of("terminate", "Terminate a VNF.", RunAsync, Vnf, Graceful, Watch);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var id = await VnfLookup.FindAsync(call.Api, call.Arguments.GetRequiredValue(Vnf), cancellationToken);
        var body = new Dictionary<string, object> { ["terminationType"] = "FORCEFUL" };
        if (call.Arguments.GetValue(Graceful) is { } seconds)
        {
            body["terminationType"] = "GRACEFUL";
            body["gracefulTerminationTimeout"] = seconds;
        }

        var accepted = await call.Api.PostAsync(
            Resource.Of(Resource.Instances, id, "terminate"), body, cancellationToken);
        return await OperationWatch.FollowAsync(
            call, accepted.NewId, call.Arguments.GetValue(Watch), cancellationToken);
    }
}
