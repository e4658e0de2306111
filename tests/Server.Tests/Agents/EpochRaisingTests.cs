using Server.Tests.Operations;

namespace Server.Tests.Agents;

/// <summary>What agents remember of a time that a restored backup does not know.</summary>
public sealed class EpochRaisingTests
{
    [Fact]
    public async Task An_epoch_that_two_agents_have_been_given_is_nobodys()
    {
        await using var rig = new MigrationRig();
        await rig.WithVmsAsync(1);
        var vm = (await rig.VmsAsync())[0];

        // Ours is 4 with dmona1; before the restore it was dmona2 that had been given 4.
        rig.New.Hold(vm.Target, 4);
        await rig.ReconnectAsync("dmona2", rig.New);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 5 Set");
        rig.New.Watched.ShouldBeEmpty();
        rig.Old.Watched[vm.Target].Value.ShouldBe(5);
    }

    [Fact]
    public async Task A_higher_epoch_of_another_agent_raises_ours_above_it()
    {
        await using var rig = new MigrationRig();
        await rig.WithVmsAsync(1);
        var vm = (await rig.VmsAsync())[0];

        rig.New.Hold(vm.Target, 9);
        await rig.ReconnectAsync("dmona2", rig.New);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 10 Set");
        rig.New.Watched.ShouldBeEmpty();
    }
}
