namespace Tidy.Code;

public class SizesTests
{
    [Fact]
    public void The_repository_keeps_it() => Sizes.Check(Repository.Current).ShouldBeEmpty();

    [Theory]
    [InlineData(300, 0)]
    [InlineData(301, 1)]
    public void A_file_has_300_lines_at_most(int lines, int complaints) =>
        Sizes.Check(Repository.Of(("src/A.cs", string.Concat(Enumerable.Repeat("//\n", lines)))))
            .Count().ShouldBe(complaints);

    [Theory]
    [InlineData(120, 0)]
    [InlineData(121, 1)]
    public void A_line_has_120_characters_at_most(int length, int complaints) =>
        Sizes.Check(Repository.Of(("bench/A.cs", new string('/', length)))).Count().ShouldBe(complaints);

    [Fact]
    public void Generated_migrations_are_left_alone() =>
        Sizes.Check(Repository.Of(("src/S/Storage/Migrations/A.cs", new string('/', 500)))).ShouldBeEmpty();
}
