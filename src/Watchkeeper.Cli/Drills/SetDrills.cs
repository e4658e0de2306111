using System.CommandLine;
using System.Globalization;
using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Drills;

/// <summary><c>wk drill set</c>: exactly these are on afterwards.</summary>
internal static class SetDrills
{
    private const string Forms =
        "an agent's drill is NAME[:after=N,times=M], the server's NAME=VALUE[:after=N,times=M]";

    private static readonly Argument<string> Who = DrillCommand.Who();

    private static readonly Argument<string[]> Drills = new("DRILL")
    {
        Description = "Of an agent refuse-set, hang-set, refuse-unset, hang-unset, each with :after=N,times=M or not; "
            + "of the server serviceUpdate=fail or fail-after-write, rollbackUpdate=fail, crashAt=POINT or hold=POINT, "
            + "likewise.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create() => Verb.Of(
        "set", "Switch on exactly these drills, each counted from its beginning.", RunAsync, Who, Drills);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var body = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var text in call.Arguments.GetRequiredValue(Drills))
        {
            var (name, value) = Read(text);
            if (!body.TryAdd(name, value))
            {
                throw new WkException($"'{name}' is named twice.");
            }
        }

        var answer = await call.Api.PutAsync(
            Resource.Of(Resource.Drills, call.Arguments.GetRequiredValue(Who)), body, cancellationToken);
        if (call.Page.IsJson)
        {
            call.Page.Json(answer.Document);
        }
        else
        {
            ListDrills.Show(call.Page, [answer.Document]);
        }

        return ExitCode.Done;
    }

    // The server's drills have their value behind an equals sign, as in its configuration; it reads them itself.
    private static (string Name, object Value) Read(string text)
    {
        var end = text.IndexOfAny([':', '=']);
        if (end > 0 && text[end] == '=')
        {
            return (text[..end], text[(end + 1)..]);
        }

        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var option in end < 0 ? [] : text[(end + 1)..].Split(','))
        {
            var sides = option.Split('=');
            if (sides.Length != 2
                || !int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || !counts.TryAdd(sides[0], number))
            {
                throw new WkException($"'{text}' is no drill: {Forms}.");
            }
        }

        return (end < 0 ? text : text[..end], counts);
    }
}
