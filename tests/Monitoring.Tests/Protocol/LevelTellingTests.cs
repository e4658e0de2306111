using Monitoring.Tests.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Monitoring.Rules;
using static Monitoring.Tests.Agents.EngineRig;

namespace Monitoring.Tests.Protocol;

public sealed class LevelTellingTests
{
    [Fact]
    public async Task No_level_overtakes_one_that_was_taken_before_it()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 1, Carry(new KpiState(Believed: true, Trues: 1, Falses: 0))));
        var sent = new List<AgentMessage>();
        var room = new TaskCompletionSource();
        using var telling = new LevelTelling(new LinkedWatchEngine(rig.Engine), async (message, _) =>
        {
            await room.Task;
            sent.Add(message);
        });

        var verdicts = rig.Lane.Call(() => telling.TellVerdictsAsync(CancellationToken.None));
        rig.Engine.TellAll();
        var beat = rig.Lane.Call(() => telling.BeatAsync(1, isBare: false, CancellationToken.None));
        rig.Reports().ShouldHaveSingleItem("the heartbeat takes nothing while verdicts are on their way");
        rig.Lane.Call(() => room.TrySetResult());

        beat.IsCompletedSuccessfully.ShouldBeTrue();
        await verdicts;
        sent.Select(message => message.GetType()).ShouldBe([typeof(AgentMessage.Reports),
            typeof(AgentMessage.Heartbeat)]);
    }
}
