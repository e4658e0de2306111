namespace Tidy.Code;

public class OneTypePerFileTests
{
    private static string Large(string name) =>
        $"internal sealed class {name}\n{{\n{string.Concat(Enumerable.Repeat("    // …\n", 40))}}}\n";

    [Fact]
    public void The_repository_keeps_it() => OneTypePerFile.Check(Repository.Current).ShouldBeEmpty();

    [Fact]
    public void Two_large_types_in_a_file_are_found() =>
        OneTypePerFile.Check(Repository.Of(("src/A.cs", "namespace N;\n" + Large("A") + Large("B"))))
            .ShouldHaveSingleItem().ShouldContain("A, B are more than companions");

    [Fact]
    public void A_file_is_named_for_its_large_type() =>
        OneTypePerFile.Check(Repository.Of(("src/B.cs", Large("A")))).ShouldHaveSingleItem().ShouldContain("A.cs");

    [Fact]
    public void Companions_may_stand_beside_it_or_together() => OneTypePerFile.Check(Repository.Of(
        ("src/A.cs", "enum Kind { One }\n" + Large("A") + "record Row(int X);\n"),
        ("src/A.Log.cs", Large("A")),
        ("src/Rows.cs", "record R(int X);\nrecord S(int X);\nrecord T(int X);\n"))).ShouldBeEmpty();
}
