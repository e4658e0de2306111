using Microsoft.Data.Sqlite;
using Server.Tests.Storage;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Agents.Reconciling;

public sealed class StoreFailureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_nothing_can_be_stored_no_guard_is_put_to_sleep_again_and_again()
    {
        var isFull = false;
        var gate = new Gate
        {
            Before = _ =>
            {
                if (isFull)
                {
                    throw new SqliteException("disk full", SQLitePCL.raw.SQLITE_FULL);
                }
            },
        };
        await using var rig = await ReconcilerTests.LostAsync(new WatchRig(gate), 1);
        rig.Join("dmona1", rig.One, AgentState.Offline);
        await rig.Reconciler.RoundAsync(Token);
        await ReconcilerTests.RoundAsync(rig, seconds: 10);
        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set");
        rig.Join("dmona1", rig.One);

        isFull = true;
        for (var round = 0; round < 20; round++)
        {
            await Should.ThrowAsync<StoreUnavailableException>(ReconcilerTests.RoundAsync(rig, seconds: 0.5));
        }

        rig.Two.Asked.Count(asked => asked.StartsWith("unset", StringComparison.Ordinal))
            .ShouldBe(1, "until then it was not known");
        isFull = false;
        await ReconcilerTests.RoundAsync(rig, seconds: 0.5);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 6 Set");
    }
}
