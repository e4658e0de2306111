namespace Tidy.Code;

public class SummariesTests
{
    private static ImmutableArray<string> Complaints(string text) =>
        [.. Summaries.Check(Repository.Of(("src/P/A.cs", text)))];

    [Fact]
    public void The_repository_keeps_it() => Summaries.Check(Repository.Current).ShouldBeEmpty();

    [Theory]
    [InlineData("internal class A;", "A ")]
    [InlineData("namespace N; enum A { One }", "A ")]
    [InlineData("/// <remarks>Only.</remarks>\nrecord A;", "A ")]
    [InlineData("/// <summary>S.</summary>\nclass A { public record B; }", "A.B ")]
    [InlineData("/// <summary>S.</summary>\ninterface A { void M(); }", "A.M ")]
    [InlineData("/// <summary>S.</summary>\ninterface A { int P { get; } }", "A.P ")]
    [InlineData("public delegate void A();", "A ")]
    public void What_does_not_say_what_it_is_for_is_found(string text, string name) =>
        Complaints(text).ShouldHaveSingleItem().ShouldContain(name + "has no <summary>");

    [Theory]
    [InlineData("/// <summary>S.</summary>\n[Flags]\ninternal enum A { One }")]
    [InlineData("/// <summary>S.</summary>\nclass A { private class B; class C; public void M() { } }")]
    [InlineData("/// <summary>S.</summary>\npartial class A;\npartial class A { }")]
    [InlineData("/// <summary>S.</summary>\ninterface A {\n/// <inheritdoc />\nvoid M(); }")]
    [InlineData("[JsonSerializable(typeof(int))] partial class AJson : JsonSerializerContext;")]
    public void Private_types_and_further_parts_need_none(string text) => Complaints(text).ShouldBeEmpty();
}
