using System.Text.Json;
using System.Text.Json.Nodes;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>What a migration changes of its VNF instance's information (SOL003 <c>VnfInfoModifications</c>).</summary>
internal static class MigrationChange
{
    /// <summary>The pair that it asks for, in the attribute where the VNFD puts its key.</summary>
    public static JsonElement Of(VnfLcmOpOcc operation, VnfdReference vnfd)
    {
        var request = MigrateRequest.Of(operation);
        var attribute = Pairs.PlaceOf(vnfd, request.Key) switch
        {
            PairPlace.Extensions => "extensions",
            PairPlace.ConfigurableProperties => "vnfConfigurableProperties",
            PairPlace.Metadata => "metadata",
            var place => throw new InvalidOperationException($"Unknown place {place}."),
        };
        var changed = new JsonObject { [attribute] = new JsonObject { [request.Key] = request.MonitoringAgent } };
        return JsonSerializer.Deserialize(changed.ToJsonString(), MigrationJson.Default.JsonElement);
    }
}
