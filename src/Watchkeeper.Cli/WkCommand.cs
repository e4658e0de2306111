using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
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
            await Console.Error.WriteLineAsync($"wk: {OneLine(FirstMistake(parsed).Message)} (wk --help tells more)");
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

    // A mistyped verb is also one that was not provided; what it was is told next.
    private static ParseError FirstMistake(ParseResult parsed) =>
        parsed is { Errors.Count: > 1, UnmatchedTokens.Count: > 0, CommandResult.Command.Subcommands.Count: > 0 }
            ? parsed.Errors[1]
            : parsed.Errors[0];

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
