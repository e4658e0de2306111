using Simulation.Truth;

namespace Simulation;

public sealed class SmokeTests
{
    [Fact]
    public void One_vm_moves()
    {
        using var world = new World(new WorldSettings
        {
            Seed = 1, Detail = TranscriptDetail.Everything, Vnfs = [1], Agents = 2,
        });
        world.Begin();
        world.RunTo(TimeSpan.FromSeconds(3));
        world.Client.Migrate(world.Vnfs[0], "dmona2");
        world.RunTo(TimeSpan.FromSeconds(12));
        world.End();
        TestContext.Current.TestOutputHelper!.WriteLine(world.Log.Text);
        world.Violations.ShouldBeEmpty();
    }
}
