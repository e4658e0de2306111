using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>An instantiate request (SOL003 <c>InstantiateVnfRequest</c>) as far as this VNFM acts on it.</summary>
/// <param name="FlavourId">The deployment flavour.</param>
/// <param name="InstantiationLevelId">The level; null for the flavour's default.</param>
/// <param name="AdditionalParams">Values for the VNFD's inputs.</param>
/// <param name="VimConnections"><c>vimConnectionInfo</c>; null for the server's default VIM.</param>
internal sealed record InstantiateRequest(
    string FlavourId,
    string? InstantiationLevelId,
    ImmutableSortedDictionary<string, JsonElement> AdditionalParams,
    JsonElement? VimConnections)
{
    /// <summary>The parameter by which a client has the SIMULATOR fail or dawdle.</summary>
    public const string SimulateParam = "simulate";

    private const int LongestId = 255;

    /// <summary>What the SIMULATOR is asked to do wrong; null when nothing.</summary>
    public JsonElement? Simulate => AdditionalParams.TryGetValue(SimulateParam, out var simulate) ? simulate : null;

    /// <summary>The request that an occurrence was opened with.</summary>
    public static InstantiateRequest Of(VnfLcmOpOcc operation) =>
        TryRead(operation.Parameters!.Value, out var request) is { } fault
            ? throw new InvalidOperationException($"Operation {operation.Id} was accepted although {fault.Detail}")
            : request!;

    /// <summary>Reads the body; the fault names the attribute that is wrong.</summary>
    public static Fault? TryRead(JsonElement body, out InstantiateRequest? request)
    {
        request = null;
        if (!body.TryGetProperty("flavourId", out var flavour) || !IsId(flavour))
        {
            return RequestFaults.Attribute("flavourId", $"a text of 1 to {LongestId} characters is wanted");
        }

        var hasLevel = body.TryGetProperty("instantiationLevelId", out var level);
        if (hasLevel && !IsId(level))
        {
            return RequestFaults.Attribute("instantiationLevelId", $"a text of 1 to {LongestId} characters is wanted");
        }

        var hasParams = body.TryGetProperty("additionalParams", out var given);
        if (hasParams && given.ValueKind != JsonValueKind.Object)
        {
            return RequestFaults.Attribute("additionalParams", "an object is wanted");
        }

        request = new InstantiateRequest(
            flavour.GetString()!,
            hasLevel ? level.GetString() : null,
            hasParams
                ? given.EnumerateObject().ToImmutableSortedDictionary(
                    member => member.Name, member => member.Value.Clone(), StringComparer.Ordinal)
                : ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal),
            body.TryGetProperty("vimConnectionInfo", out var vim) ? vim.Clone() : null);
        return null;
    }

    private static bool IsId(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= LongestId };
}
