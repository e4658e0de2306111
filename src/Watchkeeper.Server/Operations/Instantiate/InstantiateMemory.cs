using System.Text.Json;
using System.Text.Json.Serialization;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>What an instantiation must remember to be able to go back: never shown.</summary>
/// <param name="Key">The key of the pair that names the agent; null when the VNF has none.</param>
/// <param name="FormerPair">The value under it before; null when there was none.</param>
/// <param name="FormerAgentKey">The instance's agent key before.</param>
internal sealed record InstantiateMemory(string? Key, JsonElement? FormerPair, string? FormerAgentKey)
{
    /// <summary>The same occurrence with what is true of its instance before anything is changed.</summary>
    public static VnfLcmOpOcc Kept(VnfLcmOpOcc operation, VnfInstance instance, string? key) =>
        operation.Memory is not null
            ? operation
            : operation with
            {
                Memory = JsonSerializer.SerializeToElement(
                    new InstantiateMemory(
                        key, key is null ? null : Pairs.Find(instance, key), instance.AgentKey),
                    InstantiateJson.Default.InstantiateMemory),
            };

    /// <summary>The terms on which what an instantiation has made is removed: its pair goes, too.</summary>
    public static RemovalTerms Terms(VnfLcmOpOcc operation) =>
        new(VimOperations.Of(operation), instance => Restored(operation, instance));

    private static VnfInstance Restored(VnfLcmOpOcc operation, VnfInstance instance)
    {
        if (operation.Memory?.Deserialize(InstantiateJson.Default.InstantiateMemory) is not { } memory)
        {
            return instance;
        }

        var restored = memory.Key is { } key ? instance.WithFormerPair(key, memory.FormerPair) : instance;
        return restored with { AgentKey = memory.FormerAgentKey };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InstantiateMemory))]
internal sealed partial class InstantiateJson : JsonSerializerContext;
