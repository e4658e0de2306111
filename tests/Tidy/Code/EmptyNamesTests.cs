namespace Tidy.Code;

public class EmptyNamesTests
{
    [Fact]
    public void The_repository_keeps_it() => EmptyNames.Check(Repository.Current).ShouldBeEmpty();

    [Theory]
    [InlineData("src/A/TimeHelper.cs", "")]
    [InlineData("src/A/Common/Time.cs", "")]
    [InlineData("src/A/Time.cs", "class StepHandler;")]
    [InlineData("src/A/Time.cs", "class Outer { record ReportManager; }")]
    [InlineData("tests/A/Time.cs", "interface IProbeImpl;")]
    [InlineData("src/A/Time.cs", "enum ProbeBase { A }")]
    public void A_name_that_says_nothing_is_found(string path, string text) =>
        EmptyNames.Check(Repository.Of((path, text))).ShouldHaveSingleItem().ShouldContain("Name the question");

    [Theory]
    [InlineData("src/A/Database.cs", "class Database;")]
    [InlineData("src/A/Handling.cs", "class Handling;")]
    public void A_word_that_merely_looks_like_one_is_not(string path, string text) =>
        EmptyNames.Check(Repository.Of((path, text))).ShouldBeEmpty();
}
