using Microsoft.EntityFrameworkCore;

namespace Server.Tests.Storage;

public sealed class ModelTests
{
    [Fact]
    public async Task The_migrations_lead_to_the_model()
    {
        await using var rig = new StoreRig();
        await using var db = await rig.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        db.Database.HasPendingModelChanges().ShouldBeFalse();
    }
}
