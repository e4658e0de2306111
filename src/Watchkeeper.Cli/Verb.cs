using System.CommandLine;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;

namespace Watchkeeper.Cli;

/// <summary>What a verb works with.</summary>
/// <param name="Arguments">What was asked.</param>
/// <param name="Api">The server.</param>
/// <param name="Page">Where the answer is shown.</param>
/// <param name="Time">The clock of every wait.</param>
internal sealed record Call(ParseResult Arguments, ServerApi Api, Page Page, TimeProvider Time);

/// <summary>Makes commands out of verbs: each gets the server and a page to write on.</summary>
internal static class Verb
{
    /// <summary>A command that does one thing.</summary>
    public static Command Of(
        string name, string description, Func<Call, CancellationToken, Task<int>> act, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            Add(command, symbol);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var time = TimeProvider.System;
            using var api = new ServerApi(GlobalOptions.AddressOf(parsed.GetValue(GlobalOptions.Server)), time);
            var page = new Page(Console.Out, Console.Error, parsed.GetValue(GlobalOptions.Json));
            return await act(new Call(parsed, api, page, time), cancellationToken);
        });
        return command;
    }

    /// <summary>A noun: only its verbs do something.</summary>
    public static Command Noun(string name, string description, params Command[] verbs)
    {
        var noun = new Command(name, description);
        foreach (var verb in verbs)
        {
            noun.Add(verb);
        }

        return noun;
    }

    private static void Add(Command command, Symbol symbol)
    {
        switch (symbol)
        {
            case Argument argument:
                command.Add(argument);
                break;
            case Option option:
                command.Add(option);
                break;
            default:
                throw new InvalidOperationException($"{symbol.Name} is neither an argument nor an option.");
        }
    }
}
