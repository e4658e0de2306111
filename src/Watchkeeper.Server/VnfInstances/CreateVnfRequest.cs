using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.VnfInstances;

/// <summary>A request for a new VNF instance (SOL003 <c>CreateVnfRequest</c>, 5.5.2.3). Unknown members are
/// ignored.</summary>
internal sealed record CreateVnfRequest(
    string VnfdId, string? VnfInstanceName, string? VnfInstanceDescription, JsonElement? Metadata)
{
    /// <summary>The longest description, in characters.</summary>
    public const int LongestDescription = 4096;

    /// <summary>Reads a request; the fault when an attribute is not as it should be.</summary>
    public static (CreateVnfRequest Request, Fault? Fault) Read(JsonElement body)
    {
        var attributes = new Attributes(body);
        var request = new CreateVnfRequest(
            attributes.Text("vnfdId", isRequired: true) ?? "",
            attributes.Text("vnfInstanceName", canBeEmpty: true),
            attributes.Text("vnfInstanceDescription", longest: LongestDescription, canBeEmpty: true),
            attributes.RawObject("metadata"));
        return (request, attributes.Fault);
    }
}
