namespace Tidy.Layout;

public class FolderDependenciesTests
{
    private const string Server = "src/Watchkeeper.Server/";

    [Fact]
    public void The_repository_keeps_it() => FolderDependencies.Check(Repository.Current).ShouldBeEmpty();

    [Theory]
    [InlineData("src/Watchkeeper.Lifecycle/A.cs", "using System.Net.Http;")]
    [InlineData("src/Watchkeeper.Monitoring/A.cs", "using Watchkeeper.Lifecycle.Instances;")]
    [InlineData("src/Watchkeeper.Agent/A.cs", "using Watchkeeper.Server.Agents;")]
    [InlineData("src/Watchkeeper.Cli/A.cs", "using Watchkeeper.Monitoring.Agents;")]
    [InlineData(Server + "Sol003/A.cs", "using Watchkeeper.Server.Operations;")]
    [InlineData(Server + "Storage/A.cs", "using Watchkeeper.Server.Engine;")]
    [InlineData(Server + "Engine/A.cs", "using Watchkeeper.Server.Operations.Instantiate;")]
    [InlineData(Server + "Vim/Host/A.cs", "using Watchkeeper.Server.Agents;")]
    [InlineData(Server + "Agents/A.cs", "using static Watchkeeper.Server.Operations.Plans;")]
    [InlineData(Server + "Notifications/A.cs", "using X = Watchkeeper.Server.Vim.IVim;")]
    [InlineData(Server + "Vim/A.cs", "class A { object B = Watchkeeper.Server.Agents.C.D; }")]
    [InlineData(Server + "Vim/A.cs", "class A { Watchkeeper.Server.Agents.C B; }")]
    [InlineData(Server + "Agents/A.cs", "using Orleans.Runtime;")]
    [InlineData(Server + "Agents/A.cs", "using Microsoft.Data.Sqlite;")]
    [InlineData(Server + "Vim/A.cs", "using YamlDotNet.Core;")]
    [InlineData(Server + "Operations/Heal/A.cs", "using Watchkeeper.Server.Operations.Scale;")]
    public void A_forbidden_dependency_is_found(string path, string text) =>
        FolderDependencies.Check(Repository.Of((path, text))).ShouldHaveSingleItem();

    [Theory]
    [InlineData(Server + "Cluster/A.cs", "using Orleans;")]
    [InlineData(Server + "Storage/A.cs", "using Microsoft.Data.Sqlite;")]
    [InlineData(Server + "Operations/Heal/A.cs", "using Watchkeeper.Server.Agents;")]
    [InlineData(Server + "Operations/Heal/A.cs", "using Watchkeeper.Server.Operations.Heal.Parts;")]
    [InlineData(Server + "Agents/A.cs", "using Watchkeeper.Lifecycle.Operations;")]
    [InlineData(Server + "Program.cs", "using Watchkeeper.Server.Operations.Heal;")]
    public void An_allowed_dependency_is_not(string path, string text) =>
        FolderDependencies.Check(Repository.Of((path, text))).ShouldBeEmpty();
}
