namespace Tidy.Code;

public class AvoidedWordsTests
{
    [Fact]
    public void The_repository_keeps_it() => AvoidedWords.Check(Repository.Current).ShouldBeEmpty();

    [Theory]
    [InlineData("src/A.cs", "class DrainJob;")]
    [InlineData("src/A.cs", "record TaskList;")]
    [InlineData("src/A.cs", "class AgentNode;")]
    [InlineData("src/A.cs", "class Service;")]
    [InlineData("src/Watchkeeper.Server/Agents/A.cs", "class ProcessList;")]
    public void A_word_that_the_glossary_avoids_is_found(string path, string text) =>
        AvoidedWords.Check(Repository.Of((path, text))).ShouldHaveSingleItem();

    [Theory]
    [InlineData("src/A.cs", "class Processing;")]
    [InlineData("src/A.cs", "class ServiceUpdate;")]
    [InlineData("src/Watchkeeper.Server/OperationOccurrences/A.cs", "record TaskAnswer;")]
    [InlineData("src/Watchkeeper.Server/Vim/Host/A.cs", "class ProcessIdentity;")]
    public void A_word_that_means_what_it_says_is_not(string path, string text) =>
        AvoidedWords.Check(Repository.Of((path, text))).ShouldBeEmpty();
}
