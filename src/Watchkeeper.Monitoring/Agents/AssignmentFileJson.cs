using System.Text.Json.Serialization;
using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>One line of an agent's file: a target that is watched (with address and KPIs) or was left (without).</summary>
internal sealed record AssignmentLine(Guid Target, long Epoch, string? Address, ImmutableArray<Kpi>? Kpis);

/// <summary>How lines are written; made at compile time, so that it works without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = false)]
[JsonSerializable(typeof(AssignmentLine))]
internal sealed partial class AssignmentFileJson : JsonSerializerContext;
