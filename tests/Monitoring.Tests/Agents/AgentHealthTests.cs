using Watchkeeper.Monitoring.Agents;

namespace Monitoring.Tests.Agents;

public class AgentHealthTests
{
    private readonly AgentHealth _health = new();
    private long _now;

    [Fact]
    public void A_punctual_agent_is_well_and_stretches_nothing()
    {
        Turn(lateMs: 99);
        _health.Score.ShouldBe(0);
        _health.Stretch(1_000).ShouldBe(1_000);
    }

    [Fact]
    public void Three_late_turns_make_it_unwell()
    {
        Turn(100);
        Turn(0, poolMs: 100);
        _health.IsUnwell.ShouldBeFalse();
        _health.Stretch(1_000).ShouldBe(3_000);
        Turn(100);
        _health.IsUnwell.ShouldBeTrue();
    }

    [Fact]
    public void One_very_late_turn_is_enough()
    {
        Turn(500);
        _health.IsUnwell.ShouldBeTrue();
    }

    [Fact]
    public void Each_punctual_second_takes_a_point_away()
    {
        for (var i = 0; i < 20; i++)
        {
            Turn(500);
        }

        _health.Score.ShouldBe(AgentHealth.Worst);
        _now += TimeSpan.FromMilliseconds(994).Ticks;
        Turn(0);
        _health.Score.ShouldBe(AgentHealth.Worst);
        _now += TimeSpan.FromMilliseconds(1).Ticks;
        Turn(0);
        _health.Score.ShouldBe(AgentHealth.Worst - 1);
        for (var i = 0; i < 10; i++)
        {
            _now += AgentHealth.Recovery.Ticks;
            Turn(0);
        }

        _health.Score.ShouldBe(0);
    }

    private void Turn(int lateMs, int poolMs = 0)
    {
        _now += TimeSpan.FromMilliseconds(5).Ticks;
        _health.Turned(TimeSpan.FromMilliseconds(lateMs), TimeSpan.FromMilliseconds(poolMs), _now);
    }
}
