using Watchkeeper.Monitoring.Probes;

namespace Watchkeeper.Monitoring.Rules;

/// <summary>Turns an answer into the number that a KPI compares.</summary>
internal static class Sample
{
    /// <summary>The sample of an aliveness collector whose target answered: per cent of probes answered.</summary>
    public const double Answered = 100;

    /// <summary>The sample of one whose target did not.</summary>
    public const double NotAnswered = 0;

    /// <summary>The value of an answer; null when nothing was learnt, which is no sample.</summary>
    public static double? Of(ProbeAnswerKind answer) => answer switch
    {
        ProbeAnswerKind.Alive => Answered,
        ProbeAnswerKind.Silent => NotAnswered,
        ProbeAnswerKind.Unknown => null,
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "Unknown kind of answer."),
    };

    /// <summary>Whether a value meets a KPI's condition.</summary>
    public static bool Meets(double value, Kpi kpi) => kpi.Condition switch
    {
        MetricCondition.GT => value > kpi.Threshold,
        MetricCondition.GE => value >= kpi.Threshold,
        MetricCondition.LT => value < kpi.Threshold,
        MetricCondition.LE => value <= kpi.Threshold,
        MetricCondition.EQ => value.Equals(kpi.Threshold),
        _ => throw new ArgumentOutOfRangeException(nameof(kpi), kpi.Condition, "Unknown condition."),
    };
}
