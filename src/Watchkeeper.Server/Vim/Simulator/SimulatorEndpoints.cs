using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Vim.Simulator;

/// <summary>The body by which a simulated VM is switched.</summary>
/// <param name="Power"><c>off</c> or <c>on</c>.</param>
internal sealed record PowerShape([property: Required] string Power);

/// <summary>The extension by which people switch simulated VMs.</summary>
internal static class SimulatorEndpoints
{
    /// <summary>
    /// Adds <c>PUT ext/simulator/vms/{vnfcInstanceId}</c> with the body <c>{"power": "off"|"on"}</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapSimulator(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/vnflcm/v2/ext/simulator/vms/{vnfcInstanceId}", SwitchAsync)
            .WithQuery()
            .WithSummary("Switches a simulated VM off or on: off, its address is silent.")
            .WithTags("Simulator")
            .DescribeBody<PowerShape>()
            .Produces(204)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422);
        return routes;
    }

    private static async Task<IResult> SwitchAsync(
        string vnfcInstanceId, HttpRequest request, SimulatorVim simulator, CancellationToken cancellationToken)
    {
        var reading = await JsonBody.ReadAsync(request, cancellationToken);
        var (isOff, fault) = reading.Fault is null ? Read(reading.Body) : (false, reading.Fault);
        if (fault is not null)
        {
            return Problems.Of(fault);
        }

        if (!Ids.TryRead(vnfcInstanceId, out var vnfc))
        {
            return Problems.Of(RequestFaults.NotFound("VM of SIMULATOR"));
        }

        return await simulator.SwitchAsync(new VnfcId(vnfc), isOff, cancellationToken) switch
        {
            SwitchOutcome.Done => Results.NoContent(),
            SwitchOutcome.Unknown => Problems.Of(RequestFaults.NotFound("VM of SIMULATOR")),
            SwitchOutcome.Refused(var why) => Problems.Of(
                new Fault("faults/vm-not-switched", "The VM can't be switched here", 409, why)),
            var outcome => throw new InvalidOperationException($"Unknown outcome {outcome}."),
        };
    }

    private static (bool IsOff, Fault? Fault) Read(JsonElement body)
    {
        var attributes = new Attributes(body);
        var power = attributes.Text("power", isRequired: true);
        if (power is not (null or "off" or "on"))
        {
            attributes.Refuse("power", "must be 'off' or 'on'");
        }

        return (power == "off", attributes.Fault);
    }
}
