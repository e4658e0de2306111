using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Storage.Model;

namespace Server.Tests.Storage;

public sealed class FirstQueryTests
{
    /// <summary>Where EF keeps the tables of a model once they are mapped.</summary>
    private const string Mapping = "Relational:RelationalModel";

    [Fact]
    public async Task Tables_are_mapped_with_the_store_so_that_no_two_first_queries_map_them_at_once()
    {
        await using var rig = new StoreRig();

        // A service of its own gives these options a model of their own, which no other test has used.
        var options = new DbContextOptionsBuilder<WatchkeeperDb>(
            DatabaseFile.Options(rig.Folder.DatabasePath, pooled: false));
        options.ReplaceService<IModelCustomizer, Customizer>();
        var contexts = new PooledDbContextFactory<WatchkeeperDb>(options.Options);
        var writer = new GroupCommitWriter(
            rig.Folder.DatabasePath, rig.Board, NullLogger<GroupCommitWriter>.Instance);
        await using var db = await contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        db.Model.FindRuntimeAnnotation(Mapping).ShouldBeNull();

        using var store = new Store(writer, contexts, rig.Board);

        db.Model.FindRuntimeAnnotation(Mapping).ShouldNotBeNull();
    }

    private sealed class Customizer(ModelCustomizerDependencies dependencies) : RelationalModelCustomizer(dependencies);
}
