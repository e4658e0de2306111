using static Watchkeeper.Monitoring.Protocol.WireValues;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Messages of the manager, to the wire and back.</summary>
public static class ServerMessageCodec
{
    public static Wire.ServerEnvelope Write(Enveloped<ServerMessage> sent)
    {
        var wire = new Wire.ServerEnvelope();
        if (sent.Session != Guid.Empty)
        {
            wire.Session = Bytes(sent.Session);
        }

        switch (sent.Message)
        {
            case ServerMessage.Welcome:
                wire.Welcome = new Wire.Welcome();
                break;
            case ServerMessage.Refused refused:
                wire.Refused = new Wire.Refused { Reason = Cut(refused.Reason) };
                break;
            case ServerMessage.Difference difference:
                wire.Difference = new Wire.Difference { Ask = difference.Ask, Last = difference.IsLast };
                wire.Difference.Set.AddRange(difference.ToSet.Select(WireKpis.Write));
                wire.Difference.Unset.AddRange(difference.ToUnset.Select(WireOutcomes.Write));
                break;
            case ServerMessage.SetRequest set:
                wire.Set = new Wire.SetRequest { Request = set.Request };
                wire.Set.Assignments.AddRange(set.Assignments.Select(WireKpis.Write));
                break;
            case ServerMessage.UnsetRequest unset:
                wire.Unset = new Wire.UnsetRequest { Request = unset.Request, HoldUs = Microseconds(unset.Hold) };
                wire.Unset.Targets.AddRange(unset.Targets.Select(WireOutcomes.Write));
                break;
            case ServerMessage.LookBatch look:
                wire.Look = Write(look);
                break;
            case ServerMessage.Release release:
                wire.Release = new Wire.Release();
                wire.Release.Targets.AddRange(release.Targets.Select(WireOutcomes.Write));
                break;
            case ServerMessage.Fenced fenced:
                wire.Fenced = new Wire.Fenced();
                wire.Fenced.Targets.AddRange(fenced.Targets.Select(WireOutcomes.Write));
                break;
            case ServerMessage.HeartbeatAck ack:
                wire.HeartbeatAck = new Wire.HeartbeatAck { Number = ack.Number };
                break;
            case ServerMessage.DrillRequest drill:
                wire.Drill = WireDrills.Write(drill);
                break;
            default:
                throw new InvalidOperationException($"Unknown message {sent.Message.GetType().Name}.");
        }

        return wire;
    }

    /// <exception cref="LinkFormatException">The message is not one that the protocol allows.</exception>
    public static Enveloped<ServerMessage> Read(Wire.ServerEnvelope wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        return new(wire.Session.IsEmpty ? Guid.Empty : Id(wire.Session), ReadBody(wire));
    }

    private static ServerMessage ReadBody(Wire.ServerEnvelope wire) => wire.BodyCase switch
    {
        Wire.ServerEnvelope.BodyOneofCase.Welcome => new ServerMessage.Welcome(),
        Wire.ServerEnvelope.BodyOneofCase.Refused => new ServerMessage.Refused(Text(wire.Refused.Reason)),
        Wire.ServerEnvelope.BodyOneofCase.Difference => new ServerMessage.Difference(
            wire.Difference.Ask, Batch(wire.Difference.Set, WireKpis.Read),
            Batch(wire.Difference.Unset, WireOutcomes.Read),
            wire.Difference.Last),
        Wire.ServerEnvelope.BodyOneofCase.Set => new ServerMessage.SetRequest(
            wire.Set.Request, Batch(wire.Set.Assignments, WireKpis.Read)),
        Wire.ServerEnvelope.BodyOneofCase.Unset => new ServerMessage.UnsetRequest(
            wire.Unset.Request, Batch(wire.Unset.Targets, WireOutcomes.Read), Duration(wire.Unset.HoldUs)),
        Wire.ServerEnvelope.BodyOneofCase.Look => new ServerMessage.LookBatch(
            wire.Look.Request, Batch(wire.Look.Targets, WireOutcomes.Read)),
        Wire.ServerEnvelope.BodyOneofCase.Release => new ServerMessage.Release(
            Batch(wire.Release.Targets, WireOutcomes.Read)),
        Wire.ServerEnvelope.BodyOneofCase.Fenced => new ServerMessage.Fenced(
            Batch(wire.Fenced.Targets, WireOutcomes.Read)),
        Wire.ServerEnvelope.BodyOneofCase.HeartbeatAck => new ServerMessage.HeartbeatAck(wire.HeartbeatAck.Number),
        Wire.ServerEnvelope.BodyOneofCase.Drill => WireDrills.Read(wire.Drill),
        _ => throw new LinkFormatException("A message has no body that this version knows."),
    };

    private static Wire.LookBatch Write(ServerMessage.LookBatch look)
    {
        var wire = new Wire.LookBatch { Request = look.Request };
        wire.Targets.AddRange(look.Targets.Select(WireOutcomes.Write));
        return wire;
    }
}
