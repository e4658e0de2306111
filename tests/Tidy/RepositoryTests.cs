namespace Tidy;

public class RepositoryTests
{
    [Fact]
    public void It_reads_the_tree_that_it_stands_in()
    {
        Repository.Current.Find("README.md").ShouldNotBeNull();
        Repository.Current.Product.ShouldContain(file => file.Name == "LcmStateMachine.cs");
        Repository.Current.Files.ShouldNotContain(file => file.Path.StartsWith("artifacts/"));
    }

    [Theory]
    [InlineData("artifacts", true, true)]
    [InlineData("artifacts", false, false)]
    [InlineData("demo-data", true, true)]
    [InlineData("me.user", false, true)]
    [InlineData("Program.cs", false, false)]
    public void It_leaves_out_what_git_ignores(string name, bool isFolder, bool expected) =>
        IgnoredNames.Parse("# built\nartifacts/\n*-data/\n*.user\n").Match(name, isFolder).ShouldBe(expected);
}
