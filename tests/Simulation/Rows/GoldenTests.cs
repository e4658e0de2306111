using System.Runtime.CompilerServices;

namespace Simulation.Rows;

/// <summary>The story of each row of the error table, as a person has read and approved it.</summary>
/// <remarks>After a change that is meant: <c>WATCHKEEPER_GOLDEN=write dotnet test --project tests/Simulation</c>, and
/// read the difference.</remarks>
public sealed class GoldenTests
{
    public static TheoryData<string, bool> Rows
    {
        get
        {
            var rows = new TheoryData<string, bool>();
            foreach (var row in Row.All)
            {
                rows.Add(row.Name, false);
                rows.Add(row.Name, true);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_goes_as_it_was_approved(string row, bool flag)
    {
        var story = RowScenario.Play(Row.All.Single(one => one.Name == row), flag);
        var path = Path.Combine(Folder(), $"{row}-{(flag ? "true" : "false")}.txt");
        if (Environment.GetEnvironmentVariable("WATCHKEEPER_GOLDEN") == "write")
        {
            File.WriteAllText(path, story);
        }

        story.ShouldBe(File.ReadAllText(path));
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../Golden");
}
