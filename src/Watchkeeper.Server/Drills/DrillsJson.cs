using System.Text.Json.Serialization;
using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Drills;

/// <summary>The drills of the server or of one agent, as <c>ext/drills</c> shows them.</summary>
/// <param name="Name"><c>server</c>, or the agent's name.</param>
/// <param name="Drills">By the drill's name.</param>
internal sealed record DrillsResponse(string Name, IReadOnlyDictionary<string, DrillResponse> Drills)
{
    public static DrillsResponse Of(string name, ImmutableArray<DrillProgress> active) => new(
        name,
        active.ToDictionary(
            progress => progress.Drill.Name,
            progress => new DrillResponse(progress.Drill.After)
            {
                How = progress.Drill.IsAtPoint ? null : progress.Drill.What,
                At = progress.Drill.IsAtPoint ? progress.Drill.What : null,
                Times = progress.Drill.Times,
                Seen = progress.Seen,
                Held = progress.Drill.Kind == ServerDrillKind.Hold
                    ? [.. progress.Held.Select(id => id.ToString())]
                    : null,
            },
            StringComparer.Ordinal));

    public static DrillsResponse Of(string name, ImmutableArray<Drill> active) => new(
        name,
        active.ToDictionary(
            drill => DrillSwitches.NameOf(drill.Kind),
            drill => new DrillResponse(drill.After) { Times = drill.Times },
            StringComparer.Ordinal));
}

/// <summary>One drill.</summary>
/// <param name="After">Occasions that pass first.</param>
internal sealed record DrillResponse(int After)
{
    /// <summary>Occasions that fail then; absent for ever.</summary>
    public int? Times { get; init; }

    /// <summary>How the service update fails.</summary>
    public string? How { get; init; }

    /// <summary>The journal point.</summary>
    public string? At { get; init; }

    /// <summary>Occasions so far; of the server's drills only.</summary>
    public long? Seen { get; init; }

    /// <summary>Occurrences that are held now.</summary>
    public ImmutableArray<string>? Held { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DrillsResponse))]
[JsonSerializable(typeof(ImmutableArray<DrillsResponse>))]
internal sealed partial class DrillsJson : JsonSerializerContext;
