namespace Tidy.Documents;

public class PromisesTests
{
    private const string Both = "dotnet run --project src/Watchkeeper.Cli -- demo\ndotnet test\n";
    private static readonly (string, string) Cli = ("src/Watchkeeper.Cli/Watchkeeper.Cli.csproj", "");

    private static ImmutableArray<string> Complaints(string readme, string ci, string keys) =>
    [
        .. Promises.Check(Repository.Of(
            ("README.md", readme), (".ci/run", ci), ("docs/operations/configuration.md", keys), Cli)),
    ];

    [Fact]
    public void The_repository_keeps_it() => Promises.Check(Repository.Current).ShouldBeEmpty();

    [Theory]
    [InlineData("dotnet test\n", Both, "", "README.md: 'dotnet run")]
    [InlineData(Both, "dotnet test\n", "", ".ci/run: 'dotnet run")]
    [InlineData(Both + "--project src/Gone", Both, "", "there is no project src/Gone")]
    [InlineData(Both + "| `a.b` * | 1 |", Both, "", "configuration.md: a.b of README.md is missing")]
    [InlineData(Both, Both, "| `a.b`, `a.c` | 1 |\n| `a.c` |", "README.md: a.b", "README.md: a.c")]
    public void A_promise_that_is_not_kept_is_found(string readme, string ci, string keys, params string[] complaints)
    {
        var found = Complaints(readme, ci, keys);
        found.Length.ShouldBe(complaints.Length);
        found.Zip(complaints).ShouldAllBe(pair => pair.First.Contains(pair.Second));
    }

    [Fact]
    public void Kept_promises_are_not() =>
        Complaints(Both + "| `a.b` * | see `x.y` |", Both, "| `a.b` | 1 |").ShouldBeEmpty();
}
