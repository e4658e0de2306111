using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>Which agent is to watch a VNF, and which pair of the VNF instance is to name it.</summary>
/// <remarks>The body as the OpenAPI document describes it; it is read by <see cref="MigrateRequest"/>.</remarks>
/// <param name="MonitoringAgent"><c>dmonaName://NAME</c> or <c>dmona://NAME</c>; <c>dmonaName://local_mona</c> is the
/// agent inside the manager. The member may be called <c>monitoringAgent</c>, too.</param>
/// <param name="Key">The key of the pair of the VNF instance that names the agent: 1 to 255 characters.</param>
internal sealed record MigrateShape(
    [property: JsonPropertyName("monitoring_agent"), Required] string MonitoringAgent,
    [property: Required] string Key);
