using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Rules;
using static Watchkeeper.Monitoring.Protocol.WireValues;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>KPIs, their states and assignments, to the wire and back.</summary>
internal static class WireKpis
{
    public static Wire.Assignment Write(Assignment assignment)
    {
        var wire = new Wire.Assignment
        {
            Target = Bytes(assignment.Target),
            Epoch = assignment.Epoch.Value,
            Address = assignment.Address,
        };
        wire.Kpis.AddRange(assignment.Kpis.Select(Write));
        wire.Carried.AddRange(assignment.Carried.Select(Write));
        return wire;
    }

    public static Assignment Read(Wire.Assignment wire) => new(
        Target(wire.Target), Epoch(wire.Epoch), Text(wire.Address), OfTarget(wire.Kpis, Read),
        OfTarget(wire.Carried, Read));

    public static Wire.Kpi Write(Kpi kpi) => new()
    {
        EventName = kpi.EventName,
        Collector = kpi.Collector switch
        {
            CollectorKind.IcmpPing => Wire.Collector.IcmpPing,
            CollectorKind.TcpConnect => Wire.Collector.TcpConnect,
            CollectorKind.HttpGet => Wire.Collector.HttpGet,
            _ => throw new InvalidOperationException($"Unknown collector {kpi.Collector}."),
        },
        Threshold = kpi.Threshold,
        Condition = kpi.Condition switch
        {
            MetricCondition.GT => Wire.Condition.Gt,
            MetricCondition.GE => Wire.Condition.Ge,
            MetricCondition.LT => Wire.Condition.Lt,
            MetricCondition.LE => Wire.Condition.Le,
            MetricCondition.EQ => Wire.Condition.Eq,
            _ => throw new InvalidOperationException($"Unknown condition {kpi.Condition}."),
        },
        OccurrencesTrue = kpi.OccurrencesTrue,
        OccurrencesFalse = kpi.OccurrencesFalse,
        PollFrequencyUs = Microseconds(kpi.PollFrequency),
        TimeoutUs = Microseconds(kpi.Timeout),
        ContinuousAlarm = kpi.ContinuousAlarm,
        Port = kpi.Port,
        Path = kpi.Path,
        Tls = kpi.Tls,
        IsAliveness = kpi.IsAliveness,
    };

    public static Kpi Read(Wire.Kpi? wire) => wire is null
        ? throw new LinkFormatException("A KPI is missing.")
        : new Kpi
        {
            EventName = Text(wire.EventName),
            Collector = wire.Collector switch
            {
                Wire.Collector.IcmpPing => CollectorKind.IcmpPing,
                Wire.Collector.TcpConnect => CollectorKind.TcpConnect,
                Wire.Collector.HttpGet => CollectorKind.HttpGet,
                _ => throw new LinkFormatException($"Collector {(int)wire.Collector} is not known."),
            },
            Threshold = Finite(wire.Threshold),
            Condition = wire.Condition switch
            {
                Wire.Condition.Gt => MetricCondition.GT,
                Wire.Condition.Ge => MetricCondition.GE,
                Wire.Condition.Lt => MetricCondition.LT,
                Wire.Condition.Le => MetricCondition.LE,
                Wire.Condition.Eq => MetricCondition.EQ,
                _ => throw new LinkFormatException($"Condition {(int)wire.Condition} is not known."),
            },
            OccurrencesTrue = NotNegative(wire.OccurrencesTrue),
            OccurrencesFalse = NotNegative(wire.OccurrencesFalse),
            PollFrequency = Duration(wire.PollFrequencyUs),
            Timeout = Duration(wire.TimeoutUs),
            ContinuousAlarm = wire.ContinuousAlarm,
            Port = NotNegative(wire.Port),
            Path = Text(wire.Path, Kpi.LongestPath),
            Tls = wire.Tls,
            IsAliveness = wire.IsAliveness,
        };

    public static Wire.CarriedKpi Write(CarriedKpi kpi)
    {
        var wire = new Wire.CarriedKpi
        {
            EventName = kpi.EventName,
            Trues = kpi.State.Trues,
            Falses = kpi.State.Falses,
            Raised = kpi.Raised,
        };
        if (kpi.State.Believed is { } believed)
        {
            wire.Believed = believed;
        }

        if (kpi.SinceLastProbe is { } since)
        {
            wire.SinceLastProbeUs = Microseconds(since);
        }

        if (kpi.UntilDue is { } due)
        {
            wire.UntilDueUs = Microseconds(due);
        }

        return wire;
    }

    public static CarriedKpi Read(Wire.CarriedKpi wire) => new(
        Text(wire.EventName),
        new KpiState(wire.HasBelieved ? wire.Believed : null, NotNegative(wire.Trues), NotNegative(wire.Falses)),
        wire.HasSinceLastProbeUs ? Duration(wire.SinceLastProbeUs) : null,
        wire.HasUntilDueUs ? Duration(wire.UntilDueUs) : null,
        wire.Raised);
}
