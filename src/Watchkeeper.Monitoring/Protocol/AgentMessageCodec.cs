using static Watchkeeper.Monitoring.Protocol.WireValues;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Messages of agents, to the wire and back.</summary>
public static class AgentMessageCodec
{
    public static Wire.AgentEnvelope Write(Enveloped<AgentMessage> sent)
    {
        var wire = new Wire.AgentEnvelope();
        if (sent.Session != Guid.Empty)
        {
            wire.Session = Bytes(sent.Session);
        }

        switch (sent.Message)
        {
            case AgentMessage.Hello hello:
                wire.Hello = Write(hello);
                break;
            case AgentMessage.Holdings holdings:
                wire.Holdings = new Wire.Holdings { Ask = holdings.Ask, Last = holdings.IsLast };
                wire.Holdings.Batch.AddRange(holdings.Batch.Select(WireOutcomes.Write));
                break;
            case AgentMessage.Heartbeat beat:
                wire.Heartbeat = new Wire.Heartbeat
                {
                    Number = beat.Number, Monitors = beat.Monitors, ProbesPerSecond = beat.ProbesPerSecond,
                };
                wire.Heartbeat.Reports.AddRange(beat.Moved.Select(WireOutcomes.Write));
                break;
            case AgentMessage.Reports reports:
                wire.Reports = new Wire.Reports();
                wire.Reports.Batch.AddRange(reports.Batch.Select(WireOutcomes.Write));
                break;
            case AgentMessage.SetResult result:
                wire.SetResult = new Wire.SetResult { Request = result.Request };
                wire.SetResult.Outcomes.AddRange(result.Outcomes.Select(WireOutcomes.Write));
                break;
            case AgentMessage.UnsetResult result:
                wire.UnsetResult = new Wire.UnsetResult { Request = result.Request };
                wire.UnsetResult.Outcomes.AddRange(result.Outcomes.Select(WireOutcomes.Write));
                break;
            case AgentMessage.LookResult result:
                wire.LookResult = new Wire.LookResult { Request = result.Request };
                wire.LookResult.Outcomes.AddRange(result.Outcomes.Select(WireOutcomes.Write));
                break;
            case AgentMessage.DrillResult result:
                wire.DrillResult = new Wire.DrillResult { Request = result.Request };
                wire.DrillResult.Drills.AddRange(result.Active.Select(WireDrills.Write));
                break;
            default:
                throw new InvalidOperationException($"Unknown message {sent.Message.GetType().Name}.");
        }

        return wire;
    }

    /// <exception cref="LinkFormatException">The message is not one that the protocol allows.</exception>
    public static Enveloped<AgentMessage> Read(Wire.AgentEnvelope wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        return new(wire.Session.IsEmpty ? Guid.Empty : Id(wire.Session), ReadBody(wire));
    }

    private static AgentMessage ReadBody(Wire.AgentEnvelope wire) => wire.BodyCase switch
    {
        Wire.AgentEnvelope.BodyOneofCase.Hello => Read(wire.Hello),
        Wire.AgentEnvelope.BodyOneofCase.Holdings => new AgentMessage.Holdings(
            wire.Holdings.Ask, Batch(wire.Holdings.Batch, WireOutcomes.Read), wire.Holdings.Last),
        Wire.AgentEnvelope.BodyOneofCase.Heartbeat => new AgentMessage.Heartbeat(
            wire.Heartbeat.Number, Batch(wire.Heartbeat.Reports, WireOutcomes.Read),
            NotNegative(wire.Heartbeat.Monitors),
            Finite(wire.Heartbeat.ProbesPerSecond)),
        Wire.AgentEnvelope.BodyOneofCase.Reports => new AgentMessage.Reports(
            Batch(wire.Reports.Batch, WireOutcomes.Read)),
        Wire.AgentEnvelope.BodyOneofCase.SetResult => new AgentMessage.SetResult(
            wire.SetResult.Request, Batch(wire.SetResult.Outcomes, WireOutcomes.Read)),
        Wire.AgentEnvelope.BodyOneofCase.UnsetResult => new AgentMessage.UnsetResult(
            wire.UnsetResult.Request, Batch(wire.UnsetResult.Outcomes, WireOutcomes.Read)),
        Wire.AgentEnvelope.BodyOneofCase.LookResult => new AgentMessage.LookResult(
            wire.LookResult.Request, Batch(wire.LookResult.Outcomes, WireOutcomes.Read)),
        Wire.AgentEnvelope.BodyOneofCase.DrillResult => new AgentMessage.DrillResult(
            wire.DrillResult.Request, Batch(wire.DrillResult.Drills, WireDrills.Read)),
        _ => throw new LinkFormatException("A message has no body that this version knows."),
    };

    private static Wire.Hello Write(AgentMessage.Hello hello)
    {
        var wire = new Wire.Hello
        {
            Name = hello.Name,
            Site = hello.Site,
            Capacity = hello.Capacity,
            Software = hello.Software,
            Process = Bytes(hello.Process),
        };
        if (hello.Token is { } token)
        {
            wire.Token = token;
        }

        if (hello.Key is { } key)
        {
            wire.Key = key;
        }

        return wire;
    }

    private static AgentMessage.Hello Read(Wire.Hello wire) => new(
        Text(wire.Name), wire.HasToken ? Text(wire.Token) : null, wire.HasKey ? Text(wire.Key) : null, Text(wire.Site),
        NotNegative(wire.Capacity), Text(wire.Software), Id(wire.Process));
}
