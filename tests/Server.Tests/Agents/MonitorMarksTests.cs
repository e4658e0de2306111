using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Server.Tests.Engine;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;

namespace Server.Tests.Agents;

/// <summary>The VMs of an agent that is lost.</summary>
public sealed class MonitorMarksTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_are_unwatched_and_those_that_were_disabled_stay_so()
    {
        await using var rig = await new WatchRig().WithVmsAsync(3);
        await ShowAsync(rig, 2, vnfc => vnfc with { Monitor = MonitorState.Unset });
        await ShowAsync(rig, 3, vnfc => vnfc with { Agent = "dmona2", Epoch = 5 });

        await LoseAsync(rig, _ => true);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Unwatched, dmona1 4 Unset, dmona2 5 Set");
        (await rig.VmsAsync()).ShouldAllBe(vm => vm.Vnfc.State == VmState.Alive);
        (await rig.EventsAsync()).ShouldBe("");
    }

    [Fact]
    public async Task They_are_left_alone_when_it_is_back_before_their_turn()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);

        await LoseAsync(rig, agent => agent != "dmona1");

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set");
    }

    [Fact]
    public async Task Those_of_many_agents_lost_together_are_marked_in_few_commits()
    {
        const int Agents = 200;
        var (gate, number) = (new Gate(), 0);
        await using var rig = await new WatchRig(gate).WithVmsAsync(
            Agents, vnfc => vnfc with { Agent = $"lost{number++}" });
        var before = gate.Groups.Count;
        var held = gate.Hold();
        for (var agent = 0; agent < Agents; agent++)
        {
            rig.Events.Lost($"lost{agent}");
        }

        var marking = rig.Marks.WriteAsync(_ => true, Token);
        await held;
        gate.LetGo();
        await marking;

        (await rig.VmsAsync()).ShouldAllBe(vm => vm.Vnfc.Monitor == MonitorState.Unwatched);
        gate.Groups.Skip(before).Sum().ShouldBe(Agents);
        (gate.Groups.Count - before).ShouldBeLessThan(10);
    }

    [Fact]
    public async Task A_return_that_overtakes_the_mark_wins()
    {
        var gate = new Gate();
        await using var rig = await new WatchRig(gate).WithVmsAsync(2);
        var held = gate.Hold();
        rig.Events.Lost("dmona1");
        var marking = rig.Marks.WriteAsync(_ => true, Token);
        await held;

        // While the marks are being written it says that it holds both, and is answered at once.
        var connecting = rig.Events.ConnectedAsync("dmona1", [WatchRig.Held(1), WatchRig.Held(2)], Token);
        connecting.IsCompletedSuccessfully.ShouldBeTrue();
        gate.LetGo();
        await marking;

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set, dmona1 4 Set");
    }

    [Fact]
    public async Task A_return_before_the_mark_was_begun_cancels_it()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.Events.Lost("dmona1");
        await rig.Events.ConnectedAsync("dmona1", [WatchRig.Held(1)], Token);

        await rig.Marks.WriteAsync(_ => true, Token);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set");
    }

    [Fact]
    public async Task Two_thousand_are_marked_in_one_go()
    {
        await using var rig = await new WatchRig().WithVmsAsync(2_000);

        await LoseAsync(rig, _ => true);

        (await rig.VmsAsync()).ShouldAllBe(vm => vm.Vnfc.Monitor == MonitorState.Unwatched && vm.Vnfc.Version == 1);
        rig.Assignments.Of("dmona1").ShouldAllBe(vm => vm.Vnfc.Monitor == MonitorState.Unwatched);
    }

    [Fact]
    public async Task A_mark_of_a_past_epoch_is_dropped_also_when_it_moved_on_meanwhile()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        await rig.ChangeBehindAsync(1, vnfc => vnfc with { Epoch = 5, Agent = "dmona2" });

        await rig.Marks.MarkAsync(Known(1), MonitorState.Unwatched, [], Token);
        await rig.Marks.MarkAsync(Known(9), MonitorState.Unwatched, [], Token);

        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set");
    }

    [Fact]
    public async Task A_store_that_takes_no_writes_now_is_asked_again()
    {
        var gate = new Gate();
        await using var rig = await new WatchRig(gate).WithVmsAsync(1);
        using var stop = new CancellationTokenSource();
        var marks = new MonitorMarks(
            rig.Assignments, rig.Store, rig.Writes, rig.States, new InstantTime(),
            NullLogger<MonitorMarks>.Instance);
        var isFull = true;
        gate.Before = _ =>
        {
            if (isFull)
            {
                isFull = false;
                throw new SqliteException("disk full", 13);
            }
        };
        var change = rig.Assignments.NextChangeOf(new(Samples.Id(1)));

        marks.AgentLost("dmona1");
        var marking = marks.RunAsync(_ => true, stop.Token);
        await change.WaitAsync(TestContext.Current.CancellationToken);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Unwatched");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(marking);
    }

    private static async Task ShowAsync(WatchRig rig, int vm, Func<Vnfc, Vnfc> change)
    {
        await rig.ChangeBehindAsync(vm, change);
        rig.Assignments.Stored(await rig.VmsAsync());
    }

    private static TargetEpoch Known(int vm) => new(WatchRig.Target(vm), new AssignmentEpoch(4));

    private static Task LoseAsync(WatchRig rig, Func<string, bool> isLost)
    {
        rig.Events.Lost("dmona1");
        return rig.Marks.WriteAsync(isLost, Token);
    }
}
