using Watchkeeper.Monitoring.Agents;
using static Watchkeeper.Monitoring.Protocol.WireValues;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Drills, to the wire and back.</summary>
internal static class WireDrills
{
    public static Wire.Drill Write(Drill drill)
    {
        var wire = new Wire.Drill { Kind = DrillSwitches.NameOf(drill.Kind), After = drill.After };
        if (drill.Times is { } times)
        {
            wire.Times = times;
        }

        return wire;
    }

    public static Wire.DrillRequest Write(ServerMessage.DrillRequest request)
    {
        var wire = new Wire.DrillRequest { Request = request.Request, Switch = request.Wanted is not null };
        wire.Drills.AddRange((request.Wanted ?? []).Select(Write));
        return wire;
    }

    public static ServerMessage.DrillRequest Read(Wire.DrillRequest wire) => wire.Switch
        ? new(wire.Request, Batch(wire.Drills, Read))
        : wire.Drills.Count == 0 ? new(wire.Request, null)
        : throw new LinkFormatException("A question for drills names some.");

    public static Drill Read(Wire.Drill wire) => new(
        DrillSwitches.KindOf(wire.Kind) ?? throw new LinkFormatException("A drill is of an unknown kind."),
        NotNegative(wire.After),
        wire.HasTimes ? NotNegative(wire.Times) : null);
}
