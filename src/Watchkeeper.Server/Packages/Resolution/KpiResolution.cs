using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Server.Packages.Descriptors;

namespace Watchkeeper.Server.Packages.Resolution;

/// <summary>Turns a KPI of the descriptor into one that agents understand.</summary>
internal static class KpiResolution
{
    private const int MostOccurrences = 1_000;
    private const int LongestPath = 2_048;
    private const double Answered = 100;
    private const double Unanswered = 0;

    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(1);

    public static Kpi Resolve(KpiTemplate template, SettingReader settings)
    {
        // A rehearsal without a value for the input still needs some poll frequency.
        var poll = settings.Duration(
            template.PollFrequency, template.PollingUnit, ShortestPoll, LongestPoll, fallback: TimeSpan.Zero);
        if (poll == TimeSpan.Zero)
        {
            poll = LongestPoll;
        }

        var kpi = new Kpi
        {
            EventName = template.EventName,
            Collector = template.Collector,
            Threshold = settings.Number(template.Threshold, fallback: 1),
            Condition = Condition(template, settings),
            OccurrencesTrue = settings.Whole(template.OccurrencesTrue, 1, MostOccurrences, fallback: 1),
            OccurrencesFalse = settings.Whole(template.OccurrencesFalse, 1, MostOccurrences, fallback: 1),
            PollFrequency = poll,
            Timeout = settings.Duration(
                template.Timeout, TimeSpan.FromSeconds(1), ShortestTimeout, poll,
                fallback: poll < DefaultTimeout ? poll : DefaultTimeout),
            ContinuousAlarm = settings.Flag(template.ContinuousAlarm, fallback: false),
            Tls = Tls(template, settings),
            Path = PathOf(template, settings),
            IsAliveness = template.IsAliveness,
        };
        kpi = kpi with
        {
            Port = template.Collector == CollectorKind.IcmpPing
                ? 0
                : settings.Whole(template.Port, 1, ushort.MaxValue, fallback: kpi.Tls ? 443 : 80),
        };
        return kpi.IsAliveness && !(Holds(kpi, Answered) && !Holds(kpi, Unanswered))
            ? throw new PackageFormatException(
                $"{template.PollFrequency.Place}: the aliveness KPI '{Excerpt.Of(kpi.EventName)}' must hold for 100 "
                + "(answered) and not for 0 (not answered), as '1 GT' does")
            : kpi;
    }

    private static bool Holds(Kpi kpi, double sample) => kpi.Condition switch
    {
        MetricCondition.GT => sample > kpi.Threshold,
        MetricCondition.GE => sample >= kpi.Threshold,
        MetricCondition.LT => sample < kpi.Threshold,
        MetricCondition.LE => sample <= kpi.Threshold,
        MetricCondition.EQ => sample.Equals(kpi.Threshold),
        _ => throw new InvalidOperationException($"Unknown condition {kpi.Condition}."),
    };

    private static MetricCondition Condition(KpiTemplate template, SettingReader settings) =>
        settings.Text(template.Condition) switch
        {
            null or "GT" => MetricCondition.GT,
            "GE" => MetricCondition.GE,
            "LT" => MetricCondition.LT,
            "LE" => MetricCondition.LE,
            "EQ" => MetricCondition.EQ,
            var other => throw SettingReader.Refused(
                template.Condition!, $"'{Excerpt.Of(other)}' is none of GT, GE, LT, LE, EQ"),
        };

    private static bool Tls(KpiTemplate template, SettingReader settings) => settings.Text(template.Scheme) switch
    {
        null or "http" => false,
        "https" => true,
        var other => throw SettingReader.Refused(template.Scheme!, $"'{Excerpt.Of(other)}' is neither http nor https"),
    };

    private static string PathOf(KpiTemplate template, SettingReader settings)
    {
        var path = settings.Text(template.Path) ?? "/";
        return path.StartsWith('/') && path.Length <= LongestPath
            && path.All(c => char.IsAscii(c) && c > ' ' && c != '#')
            ? path
            : throw SettingReader.Refused(
                template.Path!, $"'{Excerpt.Of(path)}' is not a path that begins with a slash");
    }
}
