using Server.Tests.Agents.Reconciling;
using Watchkeeper.Monitoring.Agents;

namespace Server.Tests.Agents;

/// <summary>What agents remember of a time that a restored backup does not know.</summary>
public sealed class EpochRaisingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Ours is 4 with dmona1; before the restore it was dmona2 that had been given 4, or 9.
    [Theory, InlineData(4, 5), InlineData(9, 10)]
    public async Task An_epoch_that_another_agent_holds_raises_ours_above_it(long held, long raised)
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);

        var difference = await rig.Events.ConnectedAsync("dmona2", [WatchRig.Held(1, held)], Token);
        (await rig.MonitorsAsync()).ShouldBe($"dmona1 {raised} Unwatched");
        await ReconcilerTests.RoundAsync(rig, seconds: 1);
        await ReconcilerTests.RoundAsync(rig, seconds: 1);

        difference.Unset.ShouldBe([new TargetEpoch(WatchRig.Target(1), new AssignmentEpoch(held))]);
        (await rig.MonitorsAsync()).ShouldBe($"dmona1 {raised + 1} Set");
        rig.One.Watched[WatchRig.Target(1)].Value.ShouldBe(raised + 1);
    }

    [Theory, InlineData(3), InlineData(0)]
    public async Task A_lower_one_is_only_unset(long held)
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);

        var difference = await rig.Events.ConnectedAsync("dmona2", [WatchRig.Held(1, held)], Token);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set");
        difference.Unset.ShouldHaveSingleItem();
    }
}
