namespace Tidy.Documents;

public class DecisionsTests
{
    private const string Whole = "# 0001: T\n\n## Context\n\n## Decision\n\n## Consequences\n";

    [Fact]
    public void The_repository_keeps_it() => Decisions.Check(Repository.Current).ShouldBeEmpty();

    [Theory]
    [InlineData("0001-x.md", Whole, "(0001-x.md)", 0)]
    [InlineData("0001-x.md", Whole, "", 1)]
    [InlineData("x.md", Whole, "(x.md)", 1)]
    [InlineData("0002-x.md", Whole, "(0002-x.md)", 1)]
    [InlineData("0001-x.md", "# 0001: T\n\n## Decision\n", "(0001-x.md)", 2)]
    public void A_page_is_whole_and_listed(string name, string page, string list, int complaints) =>
        Decisions.Check(Repository.Of(("docs/decisions/" + name, page), ("docs/decisions/README.md", list)))
            .Count().ShouldBe(complaints);
}
