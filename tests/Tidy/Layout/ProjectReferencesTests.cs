namespace Tidy.Layout;

public class ProjectReferencesTests
{
    private static ImmutableArray<string> Complaints(string project, string items) =>
    [
        .. ProjectReferences.Check(Repository.Of(
            ($"src/{project}/{project}.csproj", $"<Project><ItemGroup>{items}</ItemGroup></Project>"))),
    ];

    [Fact]
    public void The_repository_keeps_it() => ProjectReferences.Check(Repository.Current).ShouldBeEmpty();

    [Theory]
    [InlineData("Watchkeeper.Monitoring", "<ProjectReference Include='../L/Watchkeeper.Lifecycle.csproj' />")]
    [InlineData("Watchkeeper.Agent", "<ProjectReference Include='../S/Watchkeeper.Server.csproj' />")]
    [InlineData("Watchkeeper.Cli", "<ProjectReference Include='../S/Watchkeeper.Server.csproj' />")]
    [InlineData("Watchkeeper.Server",
        "<ProjectReference Include='../A/Watchkeeper.Agent.csproj' ReferenceOutputAssembly='false' />")]
    [InlineData("Watchkeeper.Lifecycle", "<PackageReference Include='Anything' />")]
    [InlineData("Watchkeeper.Shared", "")]
    public void A_reference_against_the_picture_is_found(string project, string items) =>
        Complaints(project, items).ShouldHaveSingleItem();

    [Theory]
    [InlineData("Watchkeeper.Server", "<ProjectReference Include='../L/Watchkeeper.Lifecycle.csproj' />")]
    [InlineData("Watchkeeper.Cli",
        "<ProjectReference Include='../S/Watchkeeper.Server.csproj' ReferenceOutputAssembly='false' />")]
    public void A_reference_of_the_picture_is_not(string project, string items) =>
        Complaints(project, items).ShouldBeEmpty();
}
