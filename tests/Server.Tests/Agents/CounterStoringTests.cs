using Microsoft.Data.Sqlite;
using Server.Tests.Storage;
using Watchkeeper.Server.Agents;

namespace Server.Tests.Agents;

/// <summary>What agents count between verdicts is stored, and never in the place of what is later.</summary>
public sealed class CounterStoringTests
{
    private const int DiskIsFull = 13;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, InlineData("dmona1"), InlineData("local_mona")]
    public async Task Silences_short_of_a_verdict_outlive_the_manager_and_the_agent_that_counted_them(string agent)
    {
        await using var rig = await new WatchRig().WithVmsAsync(1, vnfc => vnfc with { Agent = agent });
        rig.Directory.AddLocal(new FakeEngine(), 100, "1.0", "default");
        await ReportAsync(rig, agent, against: 2);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.Counters.WriteAsync(Token);

        // What a manager knows that has just started, and that no agent has talked to.
        var levels = new LevelBook();
        levels.Stored((await rig.StoredLevelsAsync()).ShouldHaveSingleItem());
        var directory = new AgentDirectory(new FakeRegistry(), rig.Time);
        var states = new KnownStates(directory, new CarriedStates(rig.Time), levels, rig.Time);
        var kpi = states.StateOf((await rig.VmsAsync())[0]).ShouldHaveSingleItem();

        // It was reported as of one second, one second ago.
        (kpi.State.Against, kpi.SinceLastProbe).ShouldBe((2, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task What_has_not_moved_is_not_written_again_and_what_moved_back_is()
    {
        var gate = new Gate();
        await using var rig = await new WatchRig(gate).WithVmsAsync(1);
        var before = gate.Groups.Count;

        foreach (var against in (int[])[1, 1, 2, 2, 1])
        {
            await ReportAsync(rig, "dmona1", against);
            await rig.Counters.WriteAsync(Token);
        }

        (gate.Groups.Count - before).ShouldBe(3);
        (await StoredAsync(rig)).ShouldBe("4: 1");
    }

    [Fact]
    public async Task Counts_that_return_after_a_verdict_are_written_again()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        await ReportAsync(rig, "dmona1", against: 1);
        await rig.Counters.WriteAsync(Token);
        await ReportAsync(rig, "dmona1", against: 0, isVerdict: true);
        (await StoredAsync(rig)).ShouldBe("4: 0");

        await ReportAsync(rig, "dmona1", against: 1);
        await rig.Counters.WriteAsync(Token);

        (await StoredAsync(rig)).ShouldBe("4: 1");
    }

    [Fact]
    public async Task An_answer_to_an_unset_is_not_undone_by_what_was_reported_before_it()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.One.Hold(WatchRig.Target(1), 4);
        await ReportAsync(rig, "dmona1", against: 0);

        // It hands over two silences; the row that is shown is still the one before.
        var unset = await rig.Unsetting.UnsetAsync(await rig.VmsAsync(), isForGood: false, Token);
        await rig.Store.CommitAsync(rig.Unsetting.WritesOf(unset), Token);
        await rig.Counters.WriteAsync(Token);
        (await StoredAsync(rig)).ShouldBe("4: 2");

        rig.Assignments.Refreshed(await rig.VmsAsync());
        await rig.Counters.WriteAsync(Token);
        (await StoredAsync(rig)).ShouldBe("4: 2");
    }

    [Fact]
    public async Task Nobody_but_the_judge_of_a_watched_VM_counts()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);

        await ReportAsync(rig, "dmona2", against: 1);
        await ReportAsync(rig, "dmona1", against: 1, epoch: 3);
        await rig.Counters.WriteAsync(Token);

        (await rig.StoredLevelsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_store_does_not_take_is_written_when_it_does()
    {
        var gate = new Gate();
        await using var rig = await new WatchRig(gate).WithVmsAsync(1);
        await ReportAsync(rig, "dmona1", against: 1);
        gate.Before = _ => throw new SqliteException("database or disk is full", DiskIsFull);
        await rig.Counters.WriteAsync(Token);
        gate.Before = null;

        await rig.Counters.WriteAsync(Token);

        (await StoredAsync(rig)).ShouldBe("4: 1");
    }

    [Fact]
    public async Task A_store_that_is_known_to_take_nothing_is_asked_once_a_beat()
    {
        var gate = new Gate();
        await using var rig = await new WatchRig(gate).WithVmsAsync(3);
        foreach (var vm in (int[])[1, 2, 3])
        {
            await ReportAsync(rig, "dmona1", against: 1, vm: vm);
        }

        gate.Before = _ => throw new SqliteException("database or disk is full", DiskIsFull);
        await rig.Counters.WriteAsync(Token);
        var before = gate.Groups.Sum();
        await rig.Counters.WriteAsync(Token);

        (gate.Groups.Sum() - before).ShouldBe(1);
    }

    [Fact]
    public async Task A_VM_that_is_gone_leaves_nothing()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        await ReportAsync(rig, "dmona1", against: 1);
        var removed = new RemovedVms(rig.Assignments, rig.Carried, rig.Levels, rig.Counters, rig.Writes);
        var gone = await rig.VmsAsync();
        await rig.Store.CommitAsync(removed.WritesOf(gone), Token);
        removed.Forget(gone);

        await rig.Counters.WriteAsync(Token);

        (await rig.StoredLevelsAsync()).ShouldBeEmpty();
    }

    private static async Task ReportAsync(
        WatchRig rig, string agent, int against, long epoch = 4, bool isVerdict = false, int vm = 1)
    {
        var report = WatchRig.Report(vm, true, epoch, isVerdict) with
        {
            Kpis = [WatchRig.Kpi("VM_ALIVE", true, against)],
        };
        rig.Directory.Known(agent)!.Reports.TryKeep([report]);
        await rig.Events.ReportedAsync(agent, [report], Token);
    }

    private static async Task<string> StoredAsync(WatchRig rig) => string.Join(
        ", ", (await rig.StoredLevelsAsync()).Select(level => $"{level.Epoch.Value}: {level.Kpis[0].State.Against}"));
}
