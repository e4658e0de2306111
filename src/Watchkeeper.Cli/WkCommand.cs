using System.CommandLine;
using System.CommandLine.Invocation;
using Watchkeeper.Cli.Agents;
using Watchkeeper.Cli.Alarms;
using Watchkeeper.Cli.Demo;
using Watchkeeper.Cli.Drills;
using Watchkeeper.Cli.Events;
using Watchkeeper.Cli.Operations;
using Watchkeeper.Cli.Output;
using Watchkeeper.Cli.Packages;
using Watchkeeper.Cli.Status;
using Watchkeeper.Cli.Subscriptions;
using Watchkeeper.Cli.Vnfs;

namespace Watchkeeper.Cli;

/// <summary>The command line as a whole: the nouns, and what becomes of a failure.</summary>
internal static class WkCommand
{
    // The demo stops its processes when it is interrupted: SIGTERM, a wait, SIGKILL.
    private static readonly TimeSpan CleaningUp = TimeSpan.FromSeconds(30);

    /// <summary>Runs one command line to its exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Tree().Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            // The last is the closest: a mistyped verb is also a verb that was not provided.
            await Console.Error.WriteLineAsync($"wk: {OneLine(parsed.Errors[^1].Message)} (wk --help tells more)");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = CleaningUp,
            });
        }
        catch (WkException failure)
        {
            await Console.Error.WriteLineAsync($"wk: {OneLine(failure.Message)}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private static RootCommand Tree()
    {
        var root = new RootCommand("Talks to a Watchkeeper VNF manager, or shows what it does (wk demo).");
        root.Add(GlobalOptions.Json);
        root.Add(GlobalOptions.Server);
        root.Add(VnfCommand.Create());
        root.Add(MigrateVnf.Create());
        root.Add(AgentCommand.Create());
        root.Add(AlarmCommand.Create());
        root.Add(OperationCommand.Create());
        root.Add(PackageCommand.Create());
        root.Add(SubscriptionCommand.Create());
        root.Add(ShowEvents.Create());
        root.Add(ShowStatus.Create());
        root.Add(DrillCommand.Create());
        root.Add(DemoCommand.Create());
        return root;
    }

    private static string OneLine(string text) => Printable.Of(string.Join(' ', text.Split(
        (char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
}
