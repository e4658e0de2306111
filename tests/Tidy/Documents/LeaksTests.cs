namespace Tidy.Documents;

public class LeaksTests
{
    [Fact]
    public void The_repository_keeps_it() => Leaks.Check(Repository.Current).ShouldBeEmpty();

    // In pieces, so that this file passes the rule that it tests.
    [Theory]
    [InlineData("a.json", "in /ho" + "me/me/x")]
    [InlineData("a.md", "`/wo" + "rk/x`")]
    [InlineData("a.md", "C:" + "\\Users")]
    [InlineData("a.xml", "https://api.nuget." + "org/v3")]
    [InlineData("a.md", "see #" + "12.")]
    [InlineData("a.cs", "// Issue " + "7 asked for it")]
    [InlineData("a.cs", "// TO" + "DO: later")]
    public void What_is_true_on_one_machine_only_is_found(string path, string text) =>
        Leaks.Check(Repository.Of((path, text))).ShouldHaveSingleItem().ShouldStartWith(path + ":1:");

    [Theory]
    [InlineData("a.md", "[x](#1-what) /vnflcm/v2/ext /usr/bin/setsid &#39; http://127.0.0.1:8250/wo" + "rk/x")]
    [InlineData("a.svg", "fill='#" + "333'")]
    [InlineData("a.cs", "#pragma warning disable CA1001")]
    public void What_is_true_everywhere_is_not(string path, string text) =>
        Leaks.Check(Repository.Of((path, text))).ShouldBeEmpty();
}
