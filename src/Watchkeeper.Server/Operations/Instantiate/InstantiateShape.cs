using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>What a VNF is to be (SOL003 <c>InstantiateVnfRequest</c>).</summary>
/// <remarks>The body as the OpenAPI document describes it; it is read by <see cref="InstantiateRequest"/>.</remarks>
/// <param name="FlavourId">The deployment flavour.</param>
/// <param name="InstantiationLevelId">The level; the flavour's default when absent.</param>
/// <param name="AdditionalParams">Values for the VNFD's inputs, the monitoring agent among them.</param>
/// <param name="VimConnectionInfo">At most one connection; the server's default VIM when absent.</param>
internal sealed record InstantiateShape(
    [property: Required] string FlavourId,
    string? InstantiationLevelId,
    IReadOnlyDictionary<string, JsonElement>? AdditionalParams,
    IReadOnlyDictionary<string, VimConnectionShape>? VimConnectionInfo);

/// <summary>A VIM connection in a request.</summary>
/// <param name="VimType"><c>HOST</c> or <c>SIMULATOR</c>.</param>
internal sealed record VimConnectionShape([property: Required] string VimType);
