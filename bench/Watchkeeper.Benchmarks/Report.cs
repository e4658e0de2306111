using System.Text.Json;
using Spectre.Console;

namespace Watchkeeper.Benchmarks;

/// <summary>One figure of a benchmark.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The value.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Floor">What the machine itself does, or the reference of the same run; null when there is none.</param>
/// <param name="Goal">The goal, read beyond the floor; null when there is none.</param>
/// <param name="IsMet">Whether it is met; null without a goal.</param>
internal sealed record Figure(string Name, double Value, string Unit, double? Floor, string? Goal, bool? IsMet)
{
    /// <summary>A figure whose goal is an upper limit.</summary>
    public static Figure Of(string name, double value, string unit, double? floor, double? most) => new(
        name, Math.Round(value, 3), unit, floor, most is null
            ? null : $"≤ {most}", most is null ? null : value - (floor ?? 0) <= most);

    /// <summary>A figure whose goal is a lower limit.</summary>
    public static Figure AtLeast(string name, double value, string unit, double least) => new(
        name, Math.Round(value, 3), unit, null, $"≥ {least}", value >= least);
}

/// <summary>What a benchmark found.</summary>
internal sealed record Report(string Name, ImmutableArray<Figure> Figures, string? WhyNotRun = null)
{
    /// <summary>A benchmark that can't run here.</summary>
    public static Report NotRun(string name, string why) => new(name, [], why);

    /// <summary>Whether every goal was met.</summary>
    public bool IsMet => WhyNotRun is null && Figures.All(figure => figure.IsMet != false);

    /// <summary>Prints it, as a table or as JSON.</summary>
    public void Print(bool asJson)
    {
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(this, JsonSerializerOptions.Web));
            return;
        }

        if (WhyNotRun is not null)
        {
            Console.WriteLine($"{Name} did not run: {WhyNotRun}");
            return;
        }

        var table = new Table().Title(Name)
            .AddColumns("figure", "value", "floor or reference", "goal beyond it", "met");
        foreach (var figure in Figures)
        {
            table.AddRow(
                Markup.Escape(figure.Name),
                $"{figure.Value:0.###} {figure.Unit}",
                figure.Floor is { } floor ? $"{floor:0.###} {figure.Unit}" : "",
                figure.Goal ?? "",
                figure.IsMet switch { true => "yes", false => "no", null => "" });
        }

        AnsiConsole.Profile.Width = 140;
        AnsiConsole.Write(table);
    }
}
