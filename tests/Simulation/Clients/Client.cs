using System.Text.Json;
using Simulation.Scheduling;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.MonitoringOnRequest;
using Watchkeeper.Server.Operations;
using Watchkeeper.Server.Operations.MonitoringMigration;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Subscriptions;

namespace Simulation.Clients;

/// <summary>
/// The clients: ask for migrations in all directions, and deal with what failed. As the endpoints do it.
/// </summary>
internal sealed class Client(World world)
{
    /// <summary>Asks for a migration.</summary>
    public void Migrate(VnfInstanceId vnf, string agent, string key = "MONITORING_AGENT") => Ask(
        $"migrate {world.Names.Of(vnf)} to {agent}" + (key == "MONITORING_AGENT" ? "" : $" under {key}"),
        async () => Answer(await world.Server.Get<OperationDesk>().OpenAsync(
            new OpeningRequest
            {
                VnfInstanceId = vnf,
                Operation = LcmOperationType.MonitoringMigration,
                Parameters = new MigrateRequest($"dmonaName://{agent}", key).ToParameters(),
                LeavesFailedTempUnattended = world.Server.Get<MigrationOptions>().TerminalStateOnError,
                Objection = instance => instance.IsInstantiated ? null : OperationFaults.NotInstantiated,
            },
            CancellationToken.None)));

    public void Retry(OperationId id) => Ask(
        $"retry {world.Names.Of(id)}",
        async () => Answer(await world.Server.Get<OperationRequests>().RetryAsync(id, CancellationToken.None)));

    public void RollBack(OperationId id) => Ask(
        $"rollback {world.Names.Of(id)}",
        async () => Answer(await world.Server.Get<OperationRequests>().RollbackAsync(id, CancellationToken.None)));

    public void Fail(OperationId id) => Ask(
        $"fail {world.Names.Of(id)}",
        async () => Answer(await world.Server.Get<OperationRequests>().FailAsync(id, null, CancellationToken.None)));

    public void Cancel(OperationId id) => Ask(
        $"cancel {world.Names.Of(id)}",
        async () => Answer(await world.Server.Get<OperationRequests>().CancelAsync(id, CancellationToken.None)));

    /// <summary>Switches the watch over VMs on or off; over all of a VNF when none is named.</summary>
    public void Switch(VnfInstanceId vnf, VnfcId? vm, bool isOn) => Ask(
        $"{(isOn ? "enable" : "disable")} {(vm is { } one ? world.Names.Of(one) : world.Names.Of(vnf))}",
        async () =>
        {
            var (monitoring, vms) =
                (world.Server.Get<MonitoringSwitch>(), vm is { } only ? ImmutableHashSet.Create(only) : null);
            var fault = isOn
                ? await monitoring.EnableAsync(vnf, vms, CancellationToken.None)
                : await monitoring.DisableAsync(vnf, vms, CancellationToken.None);
            return fault is null ? "204" : $"{fault.Status} {fault.Detail}";
        });

    /// <summary>Subscribes to everything.</summary>
    public void Subscribe() => Ask("subscribe", async () =>
    {
        var (request, _) = SubscriptionRequest.Read(JsonElement.Parse("""{"callbackUri":"http://10.9.9.9/late"}"""));
        return await world.Server.Get<SubscriptionRegister>().CreateAsync(request, CancellationToken.None) switch
        {
            Subscribing.Made => "201",
            Subscribing.Refused(var fault) => $"{fault.Status} {fault.Detail}",
            var other => throw new InvalidOperationException($"Unknown answer {other}."),
        };
    });

    public void Unsubscribe(Guid id) => Ask("unsubscribe", async () =>
        await world.Server.Get<SubscriptionRegister>()
            .DeleteAsync(id, SubscriptionKind.Lifecycle, CancellationToken.None) ? "204" : "404");

    private static string Answer(Admission admission) => admission switch
    {
        Admission.Opened => "202",
        Admission.Refused(var fault) => $"{fault.Status} {fault.Detail}",
        _ => throw new InvalidOperationException($"Unknown admission {admission}."),
    };

    private static string Answer(RequestAnswer answer) => answer switch
    {
        RequestAnswer.Accepted => "202",
        RequestAnswer.Refused(var fault) => $"{fault.Status} {fault.Detail}",
        _ => throw new InvalidOperationException($"Unknown answer {answer}."),
    };

    // In the manager's process, as its endpoints; the client sees no answer when the manager dies meanwhile.
    private void Ask(string what, Func<Task<string>> askAsync)
    {
        if (world.Server.ServesSince is not null)
        {
            var node = world.Server.Node;
            node.Run(() => _ = AskAsync(node, what, askAsync));
        }
    }

    private async Task AskAsync(Node node, string what, Func<Task<string>> askAsync)
    {
        try
        {
            world.Log.Say("client", $"{what}: {await askAsync()}");
        }
        catch (Exception thrown)
        {
            world.Threw(node, thrown);
        }
    }
}
