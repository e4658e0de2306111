using System.Runtime.CompilerServices;
using Watchkeeper.Server.Faults;

namespace Server.Tests.Faults;

/// <summary>The catalogue that people read is the one that the code has.</summary>
public sealed class AlarmCatalogueTests
{
    [Fact]
    public void The_page_says_of_every_code_what_its_alarms_say()
    {
        var rows = File.ReadAllLines(Page())
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split(" | "))
            .ToList();

        rows.Select(cells => cells.Length).ShouldAllBe(cells => cells == 7);
        rows.ShouldAllBe(cells => cells.All(cell => cell.Trim().Length > 0));
        rows.Select(cells => string.Join(" | ", cells[..4])).ShouldBe(AlarmCode.All.Select(code =>
            $"`{code.Name}`{(code.IsRaised ? "" : " *")} | {code.ProbableCause} | {code.EventType} | {code.Severity}"));
    }

    private static string Page([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/operations/alarms.md");
}
