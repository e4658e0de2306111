using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Reconciling;

namespace Server.Tests.Agents.Reconciling;

/// <summary>What is done about a VM whose monitor is not where it should be; and who may guard it.</summary>
public sealed class ReconcileDecisionTests
{
    private static readonly TimeSpan GuardAfter = TimeSpan.FromSeconds(10);

    private static readonly UnsettledVm Lost =
        new(MonitorState.Unwatched, IsGuarded: false, IsAtHome: true, TimeSpan.FromSeconds(2), IsDue: true, 0);

    private static readonly HomeAgent Able = new(IsOnline: true, TakesMore: true);

    [Theory]
    [InlineData(MonitorState.Unwatched, true, true, 2, 0, "SetAtHome")]
    [InlineData(MonitorState.SetFailed, true, false, 2, 3, "SetAtHome")]
    [InlineData(MonitorState.Unwatched, false, false, 9.9, 0, "Leave")]
    [InlineData(MonitorState.Unwatched, false, false, 10, 0, "Guard")]
    [InlineData(MonitorState.SetFailed, true, true, 9.9, 4, "SetAtHome")]
    [InlineData(MonitorState.SetFailed, true, true, 10, 4, "Guard")]
    [InlineData(MonitorState.Unwatched, true, true, 10, 0, "SetAtHome")]
    [InlineData(MonitorState.Unset, true, true, 60, 0, "Leave")]
    public void A_VM_without_a_monitor_is_set_at_home_as_soon_as_that_can_and_guarded_after_a_while(
        object monitor, bool isOnline, bool takesMore, double without, int failures, string act)
    {
        var vm = Lost with
        {
            Monitor = (MonitorState)monitor, Without = TimeSpan.FromSeconds(without), Failures = failures,
        };

        Decide(vm, new HomeAgent(isOnline, takesMore)).ShouldBe(act);
    }

    [Theory]
    [InlineData(MonitorState.Set, true, true, "BringHome")]
    [InlineData(MonitorState.Set, true, false, "Leave")]
    [InlineData(MonitorState.Set, false, false, "Leave")]
    [InlineData(MonitorState.Unwatched, true, true, "SetAtHome")]
    [InlineData(MonitorState.Unwatched, true, false, "Leave")]
    public void A_guarded_VM_comes_home_when_there_is_room(object monitor, bool isOnline, bool takesMore, string act)
    {
        var vm = Lost with { Monitor = (MonitorState)monitor, IsGuarded = true, IsAtHome = false };

        Decide(vm, new HomeAgent(isOnline, takesMore)).ShouldBe(act);
    }

    [Fact]
    public void Nothing_is_done_while_an_operation_is_at_work_or_the_pause_lasts()
    {
        var long_ = Lost with { Without = TimeSpan.FromSeconds(60) };

        Decide(long_, Able, isHeld: true).ShouldBe("Leave");
        Decide(long_ with { IsDue = false }, Able).ShouldBe("Leave");
        Decide(long_ with { Monitor = MonitorState.Set, IsGuarded = true }, Able, isHeld: true).ShouldBe("Leave");
    }

    [Fact]
    public void Guards_are_able_D_MONAs_those_at_the_same_site_first_and_spread()
    {
        ImmutableArray<AgentView> agents =
        [
            Agent("local_mona", AgentKind.Local), Agent("home", site: "east", state: AgentState.Offline),
            Agent("near", site: "east"), Agent("far1"), Agent("far2"), Agent("far3"),
            Agent("drained") with { IsDraining = true }, Agent("late", state: AgentState.Suspect), Agent("full"),
        ];
        var firsts = new Dictionary<string, int>();
        for (var number = 0; number < 300; number++)
        {
            var chosen = GuardChoice.For(
                new TargetId(Storage.Samples.Id(number)), "home", refused: null, agents,
                name => name == "full" ? 100 : 7);

            chosen.Length.ShouldBe(GuardChoice.MostAsked);
            chosen[0].ShouldBe("near");
            chosen.ShouldBeSubsetOf(["near", "far1", "far2", "far3"]);
            firsts[chosen[1]] = firsts.GetValueOrDefault(chosen[1]) + 1;
        }

        firsts.Count.ShouldBe(3);
        firsts.Values.ShouldAllBe(count => count > 60);
    }

    private static string Decide(UnsettledVm vm, HomeAgent home, bool isHeld = false) =>
        ReconcileDecision.For(vm, home, isHeld, GuardAfter).ToString();

    private static AgentView Agent(
        string name, AgentKind kind = AgentKind.Distributed, string site = "west",
        AgentState state = AgentState.Online) =>
        new(name, kind, state, IsDraining: false, 100, 0, 0, null, "1.0", site);
}
