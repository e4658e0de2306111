namespace Tidy.Documents;

public class LinksTests
{
    private static ImmutableArray<string> Complaints(string page) =>
    [
        .. Links.Check(Repository.Of(("docs/a/page.md", page), ("docs/b.md", "# B\n\n## What it *does*, and why\n"))),
    ];

    [Fact]
    public void The_repository_keeps_it() => Links.Check(Repository.Current).ShouldBeEmpty();

    [Theory]
    [InlineData("# T\n[x](../c.md)", "is dead")]
    [InlineData("# T\n[x](../../../b.md)", "is dead")]
    [InlineData("# T\n[x](/docs/b.md)", "is absolute")]
    [InlineData("# T\n[x](../b.md#nowhere)", "names a heading")]
    [InlineData("# T\n[x](#nowhere)", "names a heading")]
    [InlineData("No title", "one title")]
    [InlineData("Text first\n# T", "one title")]
    [InlineData("# T\n\n# Another", "one title")]
    public void A_dead_link_or_a_missing_title_is_found(string page, string complaint) =>
        Complaints(page).ShouldHaveSingleItem().ShouldContain(complaint);

    [Theory]
    [InlineData("# T\n[x](../b.md) [y](../b.md#what-it-does-and-why) [z](../) [w](https://example.test/x) [t](#t)")]
    [InlineData("# T\n```\n# a comment\n[x](nowhere)\n```\n`[x](nowhere)`")]
    public void A_live_link_is_not(string page) => Complaints(page).ShouldBeEmpty();
}
