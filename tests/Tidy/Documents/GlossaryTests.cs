namespace Tidy.Documents;

public class GlossaryTests
{
    private static ImmutableArray<string> Complaints(string page) =>
        [.. Glossary.Check(Repository.Of(("docs/glossary.md", page), ("src/A.cs", "record Vnfc { record Part; }")))];

    [Fact]
    public void The_repository_keeps_it() => Glossary.Check(Repository.Current).ShouldBeEmpty();

    [Theory]
    [InlineData("| VM | **Vm** | A machine. |", "no type Vm in src")]
    [InlineData("| VNFC | **Vnfc** *later* | A component. |", "Take '*later*' out")]
    [InlineData("| VNFC | **Vnfc** | A component. |\n| vnfc | | Again. |", "is there twice")]
    public void A_line_that_is_not_true_is_found(string page, string complaint) =>
        Complaints(page).ShouldHaveSingleItem().ShouldContain(complaint);

    [Fact]
    public void A_missing_glossary_is_found() => Glossary.Check(Repository.Of()).ShouldHaveSingleItem();

    [Fact]
    public void A_true_line_is_not() =>
        Complaints("| VNFC | **Vnfc**, **Part** | Part. |\n| VM | **Vm** *later* | A machine. |").ShouldBeEmpty();
}
