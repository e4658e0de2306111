using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Drills;

/// <summary>Reads what <c>PUT ext/drills/{name}</c> asks for: each drill an object, or a text as in the
/// configuration.</summary>
internal static class DrillRequest
{
    /// <summary>The server's drills.</summary>
    /// <param name="body">The body.</param>
    /// <param name="isPointKnown">Whether the journal point that a drill names exists.</param>
    public static (ImmutableArray<ServerDrill> Drills, Fault? Fault) ReadServer(
        JsonElement body, Func<ServerDrill, bool> isPointKnown)
    {
        var drills = ImmutableArray.CreateBuilder<ServerDrill>();
        foreach (var member in body.EnumerateObject())
        {
            if (ServerDrill.KindOf(member.Name) is not { } kind)
            {
                return ([], RequestFaults.Attribute(member.Name, $"is no drill of the server: {ServerDrill.Names}"));
            }

            var (drill, why) = ReadServer(kind, member.Value);
            if (drill is null)
            {
                return ([], RequestFaults.Attribute(member.Name, why!));
            }

            if (!isPointKnown(drill))
            {
                return ([], RequestFaults.Attribute(member.Name, $"there is no journal point {drill.What}"));
            }

            drills.Add(drill);
        }

        return (drills.ToImmutable(), null);
    }

    /// <summary>An agent's drills.</summary>
    public static (ImmutableArray<Drill> Drills, Fault? Fault) ReadAgent(JsonElement body)
    {
        var drills = ImmutableArray.CreateBuilder<Drill>();
        foreach (var member in body.EnumerateObject())
        {
            if (DrillSwitches.KindOf(member.Name) is not { } kind)
            {
                return ([], RequestFaults.Attribute(
                    member.Name, "is no drill of an agent: refuse-set, hang-set, refuse-unset, hang-unset"));
            }

            if (member.Value.ValueKind != JsonValueKind.Object)
            {
                return ([], RequestFaults.Attribute(member.Name, "must be an object"));
            }

            var (after, times, why) = Counts(member.Value, []);
            if (why is not null)
            {
                return ([], RequestFaults.Attribute(member.Name, why));
            }

            drills.Add(new Drill(kind, after, times));
        }

        return (drills.ToImmutable(), null);
    }

    private static (ServerDrill? Drill, string? Why) ReadServer(ServerDrillKind kind, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            try
            {
                return (ServerDrill.Parse(kind, value.GetString()!), null);
            }
            catch (FormatException unreadable)
            {
                return (null, unreadable.Message);
            }
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return (null, "must be an object, or a text as in the configuration");
        }

        var word = kind is ServerDrillKind.CrashAt or ServerDrillKind.Hold ? "at" : "how";
        var (after, times, why) = Counts(value, [word]);
        if (why is not null)
        {
            return (null, why);
        }

        return value.TryGetProperty(word, out var what)
            && what.ValueKind == JsonValueKind.String
            && ServerDrill.IsWhat(kind, what.GetString()!)
                ? (new ServerDrill(kind, what.GetString()!, after, times), null)
                : (null, word == "at"
                    ? "at: before:POINT or after:POINT is wanted"
                    : $"how: {Ways(kind)} is wanted");
    }

    private static string Ways(ServerDrillKind kind) =>
        kind == ServerDrillKind.ServiceUpdate ? "fail or fail-after-write" : "fail";

    private static (int After, int? Times, string? Why) Counts(JsonElement value, ReadOnlySpan<string> others)
    {
        var (after, times) = (0, (int?)null);
        foreach (var member in value.EnumerateObject())
        {
            var isCount = member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out _);
            var number = isCount ? member.Value.GetInt32() : -1;
            switch (member.Name)
            {
                case "after" when number >= 0:
                    after = number;
                    break;
                case "times" when number > 0:
                    times = number;
                    break;
                case "after" or "times":
                    return (0, null, $"{member.Name} must be a whole number, times above 0");
                default:
                    if (!others.Contains(member.Name))
                    {
                        return (0, null, $"{member.Name} is not known here");
                    }

                    break;
            }
        }

        return (after, times, null);
    }
}
