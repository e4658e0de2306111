using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Vim.Simulator;

/// <summary>The extension by which people switch simulated VMs.</summary>
internal static class SimulatorEndpoints
{
    /// <summary>The most bytes that a body may have.</summary>
    public const int MostBytes = 4 << 10;

    /// <summary>
    /// Adds <c>PUT ext/simulator/vms/{vnfcInstanceId}</c> with the body <c>{"power": "off"|"on"}</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapSimulator(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/vnflcm/v2/ext/simulator/vms/{vnfcInstanceId}", SwitchAsync)
            .WithQuery()
            .WithSummary("Switches a simulated VM off or on: off, its address is silent.");
        return routes;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SwitchAsync(
        string vnfcInstanceId, HttpRequest request, SimulatorVim simulator, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            return Problem(415, "The body must be application/json.");
        }

        if (!Guid.TryParseExact(vnfcInstanceId, "D", out var vnfc))
        {
            return Unknown(vnfcInstanceId);
        }

        var (isOff, refusal) = await ReadAsync(request, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }

        return await simulator.SwitchAsync(new VnfcId(vnfc), isOff, cancellationToken) switch
        {
            SwitchOutcome.Done => TypedResults.NoContent(),
            SwitchOutcome.Unknown => Unknown(vnfcInstanceId),
            SwitchOutcome.Refused(var why) => Problem(409, why),
            var outcome => throw new InvalidOperationException($"Unknown outcome {outcome}."),
        };
    }

    private static async Task<(bool IsOff, ProblemHttpResult? Refusal)> ReadAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = new byte[MostBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(
            bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MostBytes)
        {
            return (false, Problem(413, $"The body has more than {MostBytes} bytes."));
        }

        try
        {
            using var body = JsonDocument.Parse(
                bytes.AsMemory(0, length), new JsonDocumentOptions { AllowDuplicateProperties = false });
            var power = body.RootElement.ValueKind == JsonValueKind.Object
                && body.RootElement.TryGetProperty("power", out var value)
                && value.ValueKind == JsonValueKind.String
                    ? value.GetString()
                    : null;
            return power is "off" or "on"
                ? (power == "off", null)
                : (false, Problem(422, "power: 'off' or 'on' is wanted."));
        }
        catch (JsonException broken)
        {
            return (false, Problem(400, $"The body is no JSON: {broken.Message}"));
        }
    }

    private static ProblemHttpResult Unknown(string vnfcInstanceId) =>
        Problem(404, $"SIMULATOR has no VM for VNFC {vnfcInstanceId}.");

    private static ProblemHttpResult Problem(int status, string detail) =>
        TypedResults.Problem(detail, statusCode: status);
}
