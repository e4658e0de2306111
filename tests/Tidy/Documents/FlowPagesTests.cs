namespace Tidy.Documents;

public class FlowPagesTests
{
    private const string Heal = "src/Watchkeeper.Server/Operations/Heal";

    private static ImmutableArray<string> Complaints(string page, params string[] files) =>
    [
        .. FlowPages.Check(Repository.Of(
            [("docs/flows/heal.md", page), .. files.Select(file => (file, ""))])),
    ];

    [Fact]
    public void The_repository_keeps_it() => FlowPages.Check(Repository.Current).ShouldBeEmpty();

    [Theory]
    [InlineData("# Heal", null, "does not say what it describes")]
    [InlineData("Folder: `src/Nowhere`", null, "there is no folder")]
    [InlineData($"Folder (later): `{Heal}`", Heal + "/Plan.cs", "Take '(later)' out")]
    [InlineData($"Folder: `{Heal}`\n`Plan.cs` `Gone.cs`", Heal + "/Plan.cs", "it lists Gone.cs")]
    [InlineData($"Folder: `{Heal}`", Heal + "/Plan.cs", "it does not list Plan.cs")]
    public void A_page_that_is_not_true_is_found(string page, string? file, string complaint) =>
        Complaints(page, file is null ? [] : [file]).ShouldHaveSingleItem().ShouldContain(complaint);

    [Fact]
    public void An_operation_without_a_page_is_found() =>
        FlowPages.Check(Repository.Of((Heal + "/Plan.cs", "")))
            .ShouldHaveSingleItem().ShouldContain("no page describes it");

    [Fact]
    public void A_page_or_a_readme_will_do()
    {
        Complaints($"Folder: `{Heal}`\n`Plan.cs`", Heal + "/Plan.cs").ShouldBeEmpty();
        Complaints($"Folder (later): `{Heal}`\n`Plan.cs`").ShouldBeEmpty();
        FlowPages.Check(Repository.Of((Heal + "/Plan.cs", ""), (Heal + "/README.md", ""))).ShouldBeEmpty();
    }
}
