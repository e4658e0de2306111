using System.Text.Json;
using System.Text.Json.Serialization;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>What an occurrence shows of its migration: the member <c>monitoringMigration</c>.</summary>
/// <param name="From">The agent reference before.</param>
/// <param name="To">The agent reference asked for.</param>
/// <param name="Key">The key asked for.</param>
/// <param name="Vnfcs">One entry for each VM that was to move.</param>
internal sealed record MigrationRecord(string From, string To, string Key, ImmutableArray<MovedVnfc> Vnfcs)
{
    /// <summary>The record of an occurrence; null before its first validation.</summary>
    public static MigrationRecord? Of(VnfLcmOpOcc operation) =>
        operation.Details?.Deserialize(MigrationJson.Default.MigrationRecord);

    /// <summary>The same record with one VM's entry changed; unknown VMs are left alone.</summary>
    public MigrationRecord With(Guid vnfc, Func<MovedVnfc, MovedVnfc> change) =>
        this with { Vnfcs = [.. Vnfcs.Select(moved => moved.VnfcInstanceId == vnfc ? change(moved) : moved)] };
}

/// <summary>How the hand-over of one VM went.</summary>
/// <param name="VnfcInstanceId">The VM.</param>
/// <param name="Unset">SUCCESS, or FAILURE when the old agent did not confirm; null until asked.</param>
/// <param name="Set">SUCCESS, FAILURE, or SKIPPED after another's failure; null until asked.</param>
/// <param name="GapMs">From the last probe of the old agent to the first of the new one, in ms; null until the
/// latter.</param>
/// <param name="ExcessGapMs">What of it is beyond the poll period: max(0, gap − poll); null likewise.</param>
/// <param name="PollMs">The poll period of the VM's aliveness KPI, in ms.</param>
/// <param name="Estimated">True when the old agent did not answer, so that its last probe is known by its last report
/// only.</param>
internal sealed record MovedVnfc(
    Guid VnfcInstanceId, string? Unset, string? Set, double? GapMs, double? ExcessGapMs, double PollMs,
    bool? Estimated);

/// <summary>What the steps must remember to go on or back: never shown.</summary>
/// <param name="NothingToMove">Whether the VMs are with the agent asked for already.</param>
/// <param name="FormerPair">The value under the key before; null when there was none.</param>
/// <param name="FormerAgentKey">The instance's agent key before.</param>
/// <param name="Stamped">The epoch that the last update gave to each VM.</param>
internal sealed record MigrationMemory(
    bool NothingToMove,
    JsonElement? FormerPair,
    string? FormerAgentKey,
    ImmutableSortedDictionary<Guid, long> Stamped)
{
    public static MigrationMemory Of(VnfLcmOpOcc operation) =>
        operation.Memory?.Deserialize(MigrationJson.Default.MigrationMemory)
        ?? throw new InvalidOperationException($"Operation {operation.Id} was not validated.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(MigrationRecord))]
[JsonSerializable(typeof(MigrationMemory))]
[JsonSerializable(typeof(MigrateRequest))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class MigrationJson : JsonSerializerContext;

/// <summary>Changes what an occurrence keeps of its migration.</summary>
internal static class MigrationState
{
    /// <summary>The same occurrence with another record.</summary>
    public static VnfLcmOpOcc With(this VnfLcmOpOcc operation, MigrationRecord record) => operation with
    {
        Details = JsonSerializer.SerializeToElement(record, MigrationJson.Default.MigrationRecord),
    };

    /// <summary>The same occurrence with another memory.</summary>
    public static VnfLcmOpOcc With(this VnfLcmOpOcc operation, MigrationMemory memory) => operation with
    {
        Memory = JsonSerializer.SerializeToElement(memory, MigrationJson.Default.MigrationMemory),
    };
}
