using EndToEnd.Harness;

namespace EndToEnd.Migration;

/// <summary>Under which key an agent is stored, and what comes of another one.</summary>
public sealed class KeyTests : IAsyncLifetime
{
    private Lab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = await Lab.WithAgentsAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Another_key_makes_a_second_pair_and_the_first_decides_after_instantiating_again()
    {
        var vnf = await _lab.DeployAsync(""" "MONITORING_AGENT":"dmonaName://dmona1" """);

        var operation = await _lab.BeginMigrateAsync(
            vnf, """{"monitoring_agent":"dmonaName://dmona2","key":"OTHER_KEY"}""");
        var ended = await _lab.DemandCompletedAsync(operation);

        ended.Items("warnings").Select(warning => warning.GetString())
            .ShouldContain(warning => warning!.Contains("MONITORING_AGENT"));
        await _lab.DemandWatchedByAsync(vnf, "dmona2");
        (await _lab.Rest.GetAsync($"vnf_instances/{vnf}")).GetProperty("metadata").Text("OTHER_KEY")
            .ShouldBe("dmonaName://dmona2");

        await _lab.TerminateAsync(vnf);
        await _lab.DemandCompletedAsync(await _lab.BeginInstantiateAsync(vnf));
        await _lab.DemandWatchedByAsync(vnf, "dmona1");
    }

    [Fact]
    public async Task A_new_agent_under_the_right_key_stays_after_instantiating_again()
    {
        var vnf = await _lab.DeployAsync(""" "MONITORING_AGENT":"dmonaName://dmona1" """);
        var operation = await _lab.BeginMigrateAsync(
            vnf, """{"monitoring_agent":"dmonaName://dmona2","key":"MONITORING_AGENT"}""");
        (await _lab.DemandCompletedAsync(operation)).Items("warnings").ShouldBeEmpty();

        await _lab.TerminateAsync(vnf);
        await _lab.DemandCompletedAsync(await _lab.BeginInstantiateAsync(vnf));

        await _lab.DemandWatchedByAsync(vnf, "dmona2");
    }

    [Fact]
    public async Task The_present_agent_once_more_completes_with_a_warning_and_touches_no_monitor()
    {
        var vnf = await _lab.DeployAsync(""" "MONITORING_AGENT":"dmonaName://dmona1" """);
        var before = await EpochsAsync(vnf);

        var operation = await _lab.BeginMigrateAsync(
            vnf, """{"monitoring_agent":"dmona://dmona1","key":"MONITORING_AGENT"}""");
        var ended = await _lab.DemandCompletedAsync(operation);

        ended.Items("warnings").ShouldNotBeEmpty();
        (await EpochsAsync(vnf)).ShouldBe(before);
        await _lab.DemandWatchedByAsync(vnf, "dmona1");
    }

    [Fact]
    public async Task An_unknown_agent_is_refused_by_the_core_and_nothing_moves()
    {
        var vnf = await _lab.DeployAsync(""" "MONITORING_AGENT":"dmonaName://dmona1" """);
        var before = await EpochsAsync(vnf);

        var operation = await _lab.BeginMigrateAsync(
            vnf, """{"monitoring_agent":"dmonaName://nobody","key":"MONITORING_AGENT"}""");
        var ended = await _lab.Rest.EndOfAsync(operation);

        ended.Text("operationState").ShouldBe("FAILED_TEMP");
        ended.GetProperty("error").Text("detail").ShouldContain("nobody");
        (await EpochsAsync(vnf)).ShouldBe(before);
        await _lab.DemandWatchedByAsync(vnf, "dmona1");
    }

    private async Task<ImmutableArray<string>> EpochsAsync(string vnf) =>
        [.. (await _lab.Rest.GetAsync(Lab.Monitoring(vnf))).Items("vnfcs").Select(vnfc => vnfc.Text("epoch"))];
}
