using System.Globalization;
using EndToEnd.Harness;

namespace EndToEnd.Servers;

/// <summary><c>/metrics</c> of a server that has moved a watch.</summary>
public sealed class MetricsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrations_their_gaps_probes_verdicts_agents_and_what_waits_to_be_told_are_counted()
    {
        await using var lab = await Lab.WithAgentsAsync();
        using var http = new HttpClient { BaseAddress = lab.Server.Address };
        var vnf = await lab.DeployAsync("\"VMS\":2");
        await lab.DemandCompletedAsync(await lab.BeginMigrateAsync(
            vnf, """{"monitoring_agent":"dmonaName://dmona1","key":"MONITORING_AGENT"}"""));

        // Gaps and probes come with the first reports of the new agent.
        var text = await Patience.UntilAsync(
            () => http.GetStringAsync("metrics", Token),
            one => ValueOf(one, "watchkeeper_migration_gap_milliseconds_count") == 2
                && ValueOf(one, "watchkeeper_agents_probes_per_second", "agent=\"dmona1\"") > 0
                && ValueOf(one, "watchkeeper_agents_monitors", "agent=\"dmona1\"") == 2,
            "the metrics of a migration of two VMs");

        ValueOf(text, "watchkeeper_migration_excess_gap_milliseconds_count").ShouldBe(2);
        ValueOf(text, "watchkeeper_operations_ended_total", "operation=\"MONITORING_MIGRATION\",state=\"COMPLETED\"")
            .ShouldBe(1);
        ValueOf(text, "watchkeeper_verdicts_accepted_total").ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(2);
        ValueOf(text, "watchkeeper_agents", "state=\"ONLINE\"").ShouldBe(3);
        ValueOf(text, "watchkeeper_agents", "state=\"OFFLINE\"").ShouldBe(0);
        ValueOf(text, "watchkeeper_notifications_outbox").ShouldBe(0);
        ValueOf(text, "watchkeeper_alarms_open", "code=\"VM_DOWN\"").ShouldBe(0);
    }

    // Of a line such as: name{label="value"} 2. Null when there is none.
    private static double? ValueOf(string text, string name, string label = "") => text.Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal)
            && line.Contains(label, StringComparison.Ordinal))
        .Select(line => (double?)double.Parse(line[(line.LastIndexOf('}') + 1)..], CultureInfo.InvariantCulture))
        .SingleOrDefault();
}
