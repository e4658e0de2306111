using System.Text.Json;
using Spectre.Console;

namespace Watchkeeper.Benchmarks;

/// <summary>One line of a report: the median of the rounds, and how far they lay apart.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Rounds">The value of each round.</param>
/// <param name="Unit">For example <c>commits/s</c>.</param>
internal sealed record Measurement(string What, ImmutableArray<double> Rounds, string Unit)
{
    public double Median => Rounds.Sort()[Rounds.Length / 2];
}

/// <summary>What a benchmark found.</summary>
/// <param name="Name">The benchmark.</param>
/// <param name="Measurements">Ours and the reference.</param>
/// <param name="Conclusion">The comparison in one line.</param>
/// <param name="IsMet">Whether the goal was reached.</param>
internal sealed record BenchmarkReport(
    string Name, ImmutableArray<Measurement> Measurements, string Conclusion, bool IsMet)
{
    public void Print(bool isJson)
    {
        if (isJson)
        {
            PrintJson();
            return;
        }

        var table = new Table().Title(Name).AddColumn("measured");
        table.AddColumn(new TableColumn("median").RightAligned());
        table.AddColumn(new TableColumn("lowest").RightAligned());
        table.AddColumn(new TableColumn("highest").RightAligned());
        table.AddColumn("unit");
        foreach (var line in Measurements)
        {
            table.AddRow(
                Markup.Escape(line.What), $"{line.Median:N0}", $"{line.Rounds.Min():N0}", $"{line.Rounds.Max():N0}",
                line.Unit);
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(Conclusion);
    }

    private void PrintJson()
    {
        using var output = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("name", Name);
            writer.WriteStartArray("measurements");
            foreach (var line in Measurements)
            {
                writer.WriteStartObject();
                writer.WriteString("what", line.What);
                writer.WriteNumber("median", Math.Round(line.Median, 1));
                writer.WriteNumber("lowest", Math.Round(line.Rounds.Min(), 1));
                writer.WriteNumber("highest", Math.Round(line.Rounds.Max(), 1));
                writer.WriteString("unit", line.Unit);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("conclusion", Conclusion);
            writer.WriteBoolean("isMet", IsMet);
            writer.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
