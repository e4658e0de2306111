using CsCheck;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;

namespace Monitoring.Tests.Rules;

public class KpiStateTests
{
    private static readonly Gen<Kpi> AnyKpi = Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Of);

    [Fact]
    public void A_belief_needs_its_repeats_in_a_row()
    {
        var kpi = Of(2, 3);
        Fold(kpi, "+").ShouldBe(new KpiState(null, 1, 0));
        Fold(kpi, "++").ShouldBe(new KpiState(true, 2, 0));
        Fold(kpi, "++--").ShouldBe(new KpiState(true, 0, 2));
        Fold(kpi, "++--+").ShouldBe(new KpiState(true, 1, 0));
        Fold(kpi, "++---").ShouldBe(new KpiState(false, 0, 3));
        Fold(kpi, "++---+").ShouldBe(new KpiState(false, 1, 0));
        Fold(kpi, "-+-+").ShouldBe(new KpiState(null, 1, 0));
    }

    [Fact]
    public void What_no_KPI_can_be_made_of_is_said()
    {
        Should.Throw<ArgumentNullException>(() => default(KpiState).Observe(true, null!)).ParamName.ShouldBe("kpi");
        Should.Throw<ArgumentOutOfRangeException>(() => Sample.Of((ProbeAnswerKind)9))
            .Message.ShouldStartWith("Unknown kind of answer.");
        var odd = Of(1, 1) with { Condition = (MetricCondition)9 };
        Should.Throw<ArgumentOutOfRangeException>(() => Sample.Meets(1, odd))
            .Message.ShouldStartWith("Unknown condition.");
    }

    [Fact]
    public void Against_counts_what_speaks_against_the_belief()
    {
        Fold(Of(2, 3), "++--").Against.ShouldBe(2);
        Fold(Of(2, 3), "---+").Against.ShouldBe(1);
        Fold(Of(2, 3), "+").Against.ShouldBe(0);
    }

    [Fact]
    public void The_last_samples_alone_decide_what_is_believed() =>
        Gen.Select(AnyKpi, Gen.Bool.Array[0, 40]).Sample((kpi, samples) =>
        {
            bool? believed = null;
            for (var end = 1; end <= samples.Length; end++)
            {
                var run = samples[..end].Reverse().TakeWhile(sample => sample == samples[end - 1]).Count();
                var needed = samples[end - 1] ? kpi.OccurrencesTrue : kpi.OccurrencesFalse;
                believed = run >= needed ? samples[end - 1] : believed;
            }

            var state = samples.Aggregate(default(KpiState), (before, sample) => before.Observe(sample, kpi).Next);
            state.Believed.ShouldBe(believed);
        });

    [Fact]
    public void Changed_is_told_exactly_when_the_belief_changes() =>
        Gen.Select(AnyKpi, Gen.Bool.Array[0, 40]).Sample((kpi, samples) =>
        {
            var state = default(KpiState);
            foreach (var sample in samples)
            {
                var (next, changed) = state.Observe(sample, kpi);
                changed.ShouldBe(next.Believed != state.Believed);
                (next.Trues == 0 || next.Falses == 0).ShouldBeTrue();
                next.Trues.ShouldBeLessThanOrEqualTo(kpi.OccurrencesTrue);
                next.Falses.ShouldBeLessThanOrEqualTo(kpi.OccurrencesFalse);
                state = next;
            }
        });

    [Theory]
    [InlineData(MetricCondition.GT, 1, false, true)]
    [InlineData(MetricCondition.GT, 100, false, false)]
    [InlineData(MetricCondition.GE, 100, false, true)]
    [InlineData(MetricCondition.GE, 0, true, true)]
    [InlineData(MetricCondition.LT, 1, true, false)]
    [InlineData(MetricCondition.LT, 0, false, false)]
    [InlineData(MetricCondition.LE, 0, true, false)]
    [InlineData(MetricCondition.LE, 99, true, false)]
    [InlineData(MetricCondition.EQ, 100, false, true)]
    [InlineData(MetricCondition.EQ, 0, true, false)]
    [InlineData(MetricCondition.EQ, 50, false, false)]
    public void An_answer_is_a_hundred_and_silence_is_zero(
        MetricCondition condition, double threshold, bool whenSilent, bool whenAlive)
    {
        var kpi = Of(1, 1) with { Condition = condition, Threshold = threshold };
        Sample.Meets(Sample.Of(ProbeAnswerKind.Alive)!.Value, kpi).ShouldBe(whenAlive);
        Sample.Meets(Sample.Of(ProbeAnswerKind.Silent)!.Value, kpi).ShouldBe(whenSilent);
        Sample.Of(ProbeAnswerKind.Unknown).ShouldBeNull();
    }

    [Fact]
    public void What_is_no_condition_and_no_answer_is_a_bug()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Sample.Of((ProbeAnswerKind)9));
        Should.Throw<ArgumentOutOfRangeException>(
            () => Sample.Meets(1, Of(1, 1) with { Condition = (MetricCondition)9 }));
    }

    private static Kpi Of(int trues, int falses) => new()
    {
        EventName = "VM_ALIVE",
        Collector = CollectorKind.IcmpPing,
        OccurrencesTrue = trues,
        OccurrencesFalse = falses,
        PollFrequency = TimeSpan.FromSeconds(1),
        Timeout = TimeSpan.FromSeconds(1),
    };

    private static KpiState Fold(Kpi kpi, string samples) =>
        samples.Aggregate(default(KpiState), (state, sample) => state.Observe(sample == '+', kpi).Next);
}
