using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Rules;
using static Monitoring.Tests.Agents.EngineRig;

namespace Monitoring.Tests.Agents;

public sealed class ResumedTests : IDisposable
{
    private static readonly KpiState TwoOfThree = new(Believed: true, Trues: 0, Falses: 2);
    private static readonly IReadOnlySet<TargetId> Nothing = new HashSet<TargetId>();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wk-resumed-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_set_of_the_same_epoch_brings_a_resumed_target_its_state()
    {
        using var rig = await RestartedAsync();
        (await rig.Holdings()).ShouldBe([Held(isWatched: false)]);

        (await rig.Set(Assign(1, 3, Carry(TwoOfThree, until: 0.5, raised: 4)))).ShouldAllBe(outcome => outcome.IsSet);
        (await rig.Holdings()).ShouldBe([Held(isWatched: true)]);
        rig.Engine.Monitors.ShouldBe(1);
        rig.Silence();
        rig.Engine.Resume();
        rig.Advance(1.1);
        var level = rig.Verdicts().ShouldHaveSingleItem().Kpis.ShouldHaveSingleItem();
        level.State.Believed.ShouldBe(false);
        level.Raised.ShouldBe(5);
    }

    [Fact]
    public async Task A_second_set_of_the_same_epoch_changes_nothing()
    {
        using var rig = await RestartedAsync();
        await rig.Set(Assign(1, 3, Carry(TwoOfThree)));
        await rig.Set(Assign(1, 3));
        (await rig.Unset(1, 3)).Carried.ShouldHaveSingleItem().State.ShouldBe(TwoOfThree);
    }

    [Fact]
    public async Task A_resumed_target_that_was_probed_is_as_any_other()
    {
        using var rig = await RestartedAsync();
        rig.Engine.Resume();
        rig.Advance(1.1);
        (await rig.Holdings()).ShouldBe([Held(isWatched: true)]);
        (await rig.Set(Assign(1, 3, Carry(TwoOfThree)))).ShouldAllBe(outcome => outcome.IsSet);
        (await rig.Unset(1, 3)).Carried.ShouldHaveSingleItem().State.Falses.ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_manager_does_not_want_any_more_is_left_even_if_it_was_probed_meanwhile(bool isProbed)
    {
        using var rig = await RestartedAsync();
        await rig.Holdings();
        if (isProbed)
        {
            rig.Engine.Resume();
            rig.Advance(1.1);
        }

        await LeaveAsync(rig, Nothing);
        rig.Engine.Monitors.ShouldBe(0);
        (await rig.Holdings()).ShouldBe([Held(isWatched: false)]);
    }

    [Fact]
    public async Task What_was_named_set_or_told_as_watched_is_not_left()
    {
        using var named = await RestartedAsync();
        await LeaveAsync(named, new HashSet<TargetId> { Id(1) });
        named.Engine.Monitors.ShouldBe(1);
        await named.Set(Assign(1, 3));
        await LeaveAsync(named, Nothing);
        named.Engine.Monitors.ShouldBe(1);
        await named.Stop();

        using var told = new EngineRig(Options());
        told.Advance(1.1);
        await told.Holdings();
        await LeaveAsync(told, Nothing);
        told.Engine.Monitors.ShouldBe(1);
    }

    private static Holding Held(bool isWatched) => new(Id(1), new AssignmentEpoch(3), isWatched);

    private static Task<bool> LeaveAsync(EngineRig rig, IReadOnlySet<TargetId> wanted) => rig.Ask(async engine =>
    {
        await engine.LeaveResumedAsync(wanted, CancellationToken.None);
        return true;
    });

    private WatchOptions Options() => new() { AssignmentFile = Path.Combine(_folder.FullName, "assignments") };

    private async Task<EngineRig> RestartedAsync()
    {
        using (var before = new EngineRig(Options()))
        {
            await before.Set(Assign(1, 3));
            await before.Stop();
        }

        var rig = new EngineRig(Options());
        rig.Engine.Pause();
        return rig;
    }
}
