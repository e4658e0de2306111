namespace Tidy.Layout;

public class RootFilesTests
{
    [Fact]
    public void The_repository_keeps_it() => RootFiles.Check(Repository.Current).ShouldBeEmpty();

    [Theory]
    [InlineData("notes.txt")]
    [InlineData("tools/build.sh")]
    [InlineData("docs/thoughts.md")]
    public void What_does_not_belong_there_is_found(string path) =>
        RootFiles.Check(Repository.Of((path, ""), ("README.md", ""), (".ci/run", ""), ("docs/flows/a.md", "")))
            .ShouldHaveSingleItem().ShouldContain("Move it");
}
