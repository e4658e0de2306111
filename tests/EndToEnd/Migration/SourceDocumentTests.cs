using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Migration;

/// <summary>The source document's own requests and notification, between real processes.</summary>
public sealed class SourceDocumentTests : IAsyncLifetime
{
    private const string ToDistributed = """
        {
          "monitoring_agent": "dmona://dmona1",
          "key": "MONITORING_AGENT"
        }
        """;

    private const string ToSecond = """{"monitoringAgent":"dmonaName://dmona2","key":"MONITORING_AGENT"}""";

    private const string ToLocal = """
        {
          "monitoringAgent": "dmonaName://local_mona",
          "key": "MONITORING_AGENT"
        }
        """;

    private Lab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = await Lab.WithAgentsAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    public async Task The_watch_moves_local_to_distributed_to_distributed_to_local(string method)
    {
        var vnf = await _lab.DeployAsync(""" "MONITORING_AGENT":"dmonaName://local_mona","VMS":3 """);
        await _lab.DemandWatchedByAsync(vnf, "local_mona");

        foreach (var (body, agent, stored) in (IEnumerable<(string, string, string)>)
            [
                (ToDistributed, "dmona1", "dmona://dmona1"),
                (ToSecond, "dmona2", "dmonaName://dmona2"),
                (ToLocal, "local_mona", "dmonaName://local_mona"),
            ])
        {
            var operation = await _lab.BeginMigrateAsync(vnf, body, new HttpMethod(method));
            var ended = await _lab.DemandCompletedAsync(operation);

            ended.Text("operation").ShouldBe("MONITORING_MIGRATION");
            ended.Text("vnfInstanceId").ShouldBe(vnf);
            await _lab.DemandWatchedByAsync(vnf, agent);
            (await _lab.Rest.GetAsync(Lab.Monitoring(vnf))).Text("monitoring_agent").ShouldBe(stored);
            (await PairAsync(vnf)).ShouldBe(stored);
            await DemandGapsAsync(operation, vms: 3);
        }
    }

    [Fact]
    public async Task A_migration_is_notified_field_for_field_as_the_source_document_prints_it()
    {
        var vnf = await _lab.DeployAsync();
        await using var listener = await CallbackListener.StartAsync();
        var subscription = await _lab.Rest.SubscribeAsync(listener);

        var operation = await _lab.BeginMigrateAsync(vnf, ToDistributed);
        var notifications = await listener.UntilAsync(operation, "COMPLETED");

        notifications.Select(one => $"{one.Text("operationState")} {one.Text("notificationStatus")}")
            .ShouldBe(["STARTING START", "PROCESSING RESULT", "COMPLETED RESULT"]);
        notifications.Select(one => one.Text("id")).ShouldBeUnique();

        var starting = notifications[0];
        starting.Names().Order(StringComparer.Ordinal).ShouldBe(
        [
            "_links", "id", "isAutomaticInvocation", "notificationStatus", "notificationType", "operation",
            "operationState", "subscriptionId", "timeStamp", "vnfInstanceId", "vnfLcmOpOccId",
        ]);
        starting.Text("notificationType").ShouldBe("InfrastructureOperationOccurrenceNotification");
        starting.Text("operation").ShouldBe("MONITORING_MIGRATION");
        starting.GetProperty("isAutomaticInvocation").ValueKind.ShouldBe(JsonValueKind.False);
        starting.Text("vnfInstanceId").ShouldBe(vnf);
        starting.Text("subscriptionId").ShouldBe(subscription);
        starting.Text("timeStamp").ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
        Guid.TryParseExact(starting.Text("id"), "D", out _).ShouldBeTrue();

        var links = starting.GetProperty("_links");
        links.Names().Order(StringComparer.Ordinal).ShouldBe(["subscription", "vnfInstance", "vnfLcmOpOcc"]);
        var root = _lab.Server.Address + "vnflcm/v2/";
        Href(links, "vnfInstance").ShouldBe($"{root}vnf_instances/{vnf}");
        Href(links, "vnfLcmOpOcc").ShouldBe($"{root}vnf_lcm_op_occs/{operation}");
        Href(links, "subscription").ShouldBe($"{root}subscriptions/{subscription}");
    }

    private static string Href(JsonElement links, string name) => links.GetProperty(name).Text("href");

    private async Task<string> PairAsync(string vnf)
    {
        var instance = await _lab.Rest.GetAsync($"vnf_instances/{vnf}");
        return ((string[])["extensions", "vnfConfigurableProperties", "metadata"])
            .Where(place => instance.TryGetProperty(place, out _))
            .Select(place => instance.GetProperty(place).Text("MONITORING_AGENT"))
            .Single(value => value.Length > 0);
    }

    private async Task DemandGapsAsync(string operation, int vms)
    {
        var occurrence = await Patience.UntilAsync(
            () => _lab.Rest.GetAsync($"vnf_lcm_op_occs/{operation}"),
            one => one.GetProperty("monitoringMigration").Items("vnfcs")
                .All(vnfc => vnfc.GetProperty("gapMs").ValueKind == JsonValueKind.Number),
            $"the gaps of {operation}");
        var vnfcs = occurrence.GetProperty("monitoringMigration").Items("vnfcs");
        vnfcs.Length.ShouldBe(vms);
        foreach (var vnfc in vnfcs)
        {
            var (gap, poll) = (vnfc.GetProperty("gapMs").GetDouble(), vnfc.GetProperty("pollMs").GetDouble());
            poll.ShouldBe(1000);
            vnfc.GetProperty("excessGapMs").GetDouble().ShouldBe(Math.Max(0, gap - poll), tolerance: 0.1);
        }
    }
}
