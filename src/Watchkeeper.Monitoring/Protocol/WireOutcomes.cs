using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using static Watchkeeper.Monitoring.Protocol.WireValues;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Targets, reports and outcomes, to the wire and back.</summary>
internal static class WireOutcomes
{
    public static Wire.TargetEpoch Write(TargetEpoch target) =>
        new() { Target = Bytes(target.Target), Epoch = target.Epoch.Value };

    public static TargetEpoch Read(Wire.TargetEpoch wire) => new(Target(wire.Target), Epoch(wire.Epoch));

    public static Wire.Holding Write(Holding holding) =>
        new() { Target = Bytes(holding.Target), Epoch = holding.Epoch.Value, Watched = holding.IsWatched };

    public static Holding Read(Wire.Holding wire) => new(Target(wire.Target), Epoch(wire.Epoch), wire.Watched);

    public static Wire.MonitorReport Write(MonitorReport report)
    {
        var wire = new Wire.MonitorReport
        {
            Target = Bytes(report.Target),
            Epoch = report.Epoch.Value,
            Verdict = report.IsVerdict,
        };
        wire.Kpis.AddRange(report.Kpis.Select(WireKpis.Write));
        if (report.Gap is { } gap)
        {
            wire.GapUs = Microseconds(gap);
        }

        return wire;
    }

    public static MonitorReport Read(Wire.MonitorReport wire) => new(
        Target(wire.Target), Epoch(wire.Epoch), wire.Verdict, OfTarget(wire.Kpis, WireKpis.Read),
        wire.HasGapUs ? Duration(wire.GapUs) : null);

    public static Wire.SetOutcome Write(SetOutcome outcome)
    {
        var wire = new Wire.SetOutcome { Target = Bytes(outcome.Target), Epoch = outcome.Epoch.Value };
        if (outcome.Refusal is { } refusal)
        {
            wire.Refusal = Cut(refusal);
        }

        return wire;
    }

    public static SetOutcome Read(Wire.SetOutcome wire) =>
        new(Target(wire.Target), Epoch(wire.Epoch), wire.HasRefusal ? Text(wire.Refusal) : null);

    public static Wire.UnsetOutcome Write(UnsetOutcome outcome)
    {
        var wire = new Wire.UnsetOutcome { Target = Bytes(outcome.Target), Epoch = outcome.Epoch.Value };
        if (outcome.Refusal is { } refusal)
        {
            wire.Refusal = Cut(refusal);
        }

        if (outcome.CountedUnder != outcome.Epoch)
        {
            wire.CountedUnder = outcome.CountedUnder.Value;
        }

        wire.Carried.AddRange(outcome.Carried.Select(WireKpis.Write));
        return wire;
    }

    public static UnsetOutcome Read(Wire.UnsetOutcome wire) => new(
        Target(wire.Target), Epoch(wire.Epoch), wire.HasRefusal ? Text(wire.Refusal) : null,
        OfTarget(wire.Carried, WireKpis.Read))
    {
        CountedUnder = !wire.HasCountedUnder ? Epoch(wire.Epoch)
            : wire.CountedUnder < wire.Epoch ? Epoch(wire.CountedUnder)
            : throw new LinkFormatException($"Counted under {wire.CountedUnder}, which is not before {wire.Epoch}."),
    };

    public static Wire.LookRequest Write(LookRequest request) => new()
    {
        Target = Bytes(request.Target),
        Address = request.Address,
        Kpi = WireKpis.Write(request.Kpi),
    };

    public static LookRequest Read(Wire.LookRequest wire) =>
        new(Target(wire.Target), Text(wire.Address), WireKpis.Read(wire.Kpi));

    public static Wire.LookOutcome Write(LookOutcome outcome)
    {
        var wire = new Wire.LookOutcome
        {
            Target = Bytes(outcome.Target),
            Answer = outcome.Answer.Kind switch
            {
                ProbeAnswerKind.Unknown => Wire.Answer.Unknown,
                ProbeAnswerKind.Alive => Wire.Answer.Alive,
                ProbeAnswerKind.Silent => Wire.Answer.Silent,
                _ => throw new InvalidOperationException($"Unknown answer {outcome.Answer.Kind}."),
            },
        };
        if (outcome.Answer.Why is { } why)
        {
            wire.Why = Cut(why);
        }

        return wire;
    }

    public static LookOutcome Read(Wire.LookOutcome wire)
    {
        var kind = wire.Answer switch
        {
            Wire.Answer.Unknown => ProbeAnswerKind.Unknown,
            Wire.Answer.Alive => ProbeAnswerKind.Alive,
            Wire.Answer.Silent => ProbeAnswerKind.Silent,
            _ => throw new LinkFormatException($"Answer {(int)wire.Answer} is not known."),
        };
        return new LookOutcome(Target(wire.Target), new ProbeAnswer(kind, wire.HasWhy ? Text(wire.Why) : null));
    }
}
