using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Server.Packages;
using Watchkeeper.Server.Packages.Resolution;

namespace Server.Tests.Packages;

public class DeploymentResolverTests
{
    private const string Policies = """

          policies:
            - a: { type: tosca.policies.nfv.ScalingAspects, properties: { aspects: {
                  one: { name: one, description: d, max_scale_level: 4, step_deltas: [ d1, d2 ] } } } }
            - i: { type: tosca.policies.nfv.VduInitialDelta,
                  properties: { initial_delta: { number_of_instances: 1 } }, targets: [ vm ] }
            - d: { type: tosca.policies.nfv.VduScalingAspectDeltas, targets: [ vm ], properties: { aspect: one,
                  deltas: { d1: { number_of_instances: 1 }, d2: { number_of_instances: 2 } } } }
            - l: { type: tosca.policies.nfv.InstantiationLevels, properties: { levels: {
                  small: { description: s, scale_info: { one: { scale_level: 0 } } },
                  large: { description: l, scale_info: { one: { scale_level: 3 } } } } } }
        """;

    [Fact]
    public async Task The_defaults_make_one_VM_watched_by_the_local_MONA()
    {
        var deployment = await ResolvedAsync(TestVnfd.Text);

        deployment.Vms.Select(vm => vm.Name).ShouldBe(["vm-1"]);
        deployment.Agent.IsLocal.ShouldBeTrue();
        deployment.AgentKey.ShouldBe("MONITORING_AGENT");
        var vdu = deployment.Vdus.ShouldHaveSingleItem();
        vdu.ImagePath.ShouldBe("/packages/x/Files/images/server");
        vdu.NeedsIcmp.ShouldBeFalse();
        vdu.Monitoring.BootTime.ShouldBe(TimeSpan.FromMinutes(5));
        var kpi = vdu.Monitoring.Kpis.ShouldHaveSingleItem();
        kpi.ShouldBe(new Kpi
        {
            EventName = "VM_ALIVE",
            Collector = CollectorKind.TcpConnect,
            OccurrencesFalse = 3,
            PollFrequency = TimeSpan.FromSeconds(3),
            Timeout = TimeSpan.FromSeconds(1),
            Port = 7000,
            IsAliveness = true,
        });
        vdu.Monitoring.Rules.ShouldHaveSingleItem().Actions
            .ShouldBe(["ALWAYS log", "TRUE esc_vm_alive_notification", "FALSE recover autohealing"]);
    }

    [Theory]
    [InlineData("0.5", 500)]
    [InlineData("\"0.5\"", 500)]
    [InlineData("7", 7_000)]
    [InlineData("\"7\"", 7_000)]
    [InlineData("1e1", 10_000)]
    public async Task A_number_may_come_as_a_string(string given, int milliseconds)
    {
        var deployment = await ResolvedAsync(TestVnfd.Text, ("POLL_SECONDS", given));

        deployment.Vdus[0].Monitoring.Kpis[0].PollFrequency.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));
        deployment.Inputs["POLL_SECONDS"].ValueKind.ShouldBe(JsonValueKind.Number);
    }

    [Theory]
    [InlineData("0.01")]
    [InlineData("61")]
    [InlineData("\"soon\"")]
    [InlineData("\"NaN\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("[3]")]
    [InlineData("{}")]
    [InlineData("true")]
    public async Task A_wrong_input_is_refused_by_name(string given)
    {
        var fault = await RefusedAsync(TestVnfd.Text, ("POLL_SECONDS", given));

        fault.Status.ShouldBe(422);
        fault.Detail.ShouldContain("'POLL_SECONDS' of additionalParams");
    }

    [Fact]
    public async Task The_request_goes_before_the_stored_pair_and_that_before_the_default()
    {
        var stored = new Dictionary<string, string> { ["MONITORING_AGENT"] = "\"dmona://stored\"" };

        (await ResolvedAsync(TestVnfd.Text, stored, ("MONITORING_AGENT", "\"dmonaName://asked\"")))
            .Agent.Text.ShouldBe("dmonaName://asked");
        (await ResolvedAsync(TestVnfd.Text, stored)).Agent.Text.ShouldBe("dmona://stored");
        (await ResolvedAsync(TestVnfd.Text, stored, ("MONITORING_AGENT", "null"))).Agent.Text.ShouldBe(
            "dmona://stored");
    }

    [Fact]
    public async Task A_reference_that_names_no_agent_is_refused() =>
        (await RefusedAsync(TestVnfd.Text, ("MONITORING_AGENT", "\"dmona1\""))).Detail
            .ShouldContain("'MONITORING_AGENT' of the inputs names no agent");

    [Fact]
    public async Task A_VNFD_without_an_agent_definition_is_watched_by_the_local_MONA_until_a_migration_made_a_key()
    {
        var vnfd = TestVnfd.With("monitoring_agent: { get_input: MONITORING_AGENT }", "nicid: 0");
        var stored = new Dictionary<string, string> { ["MINE"] = "\"dmonaName://dmona7\"" };

        var first = await ResolvedAsync(vnfd);
        first.Agent.IsLocal.ShouldBeTrue();
        first.AgentKey.ShouldBeNull();

        var again = Resolved(DeploymentResolver.Resolve(
            await RequestAsync(vnfd, stored, []) with { InstanceAgentKey = "MINE" }));
        again.Agent.Name.ShouldBe("dmona7");
        again.AgentKey.ShouldBe("MINE");
    }

    [Fact]
    public async Task Two_inputs_must_name_the_same_agent()
    {
        var vnfd = TestVnfd.After("inputs:", "  OTHER: { type: string, default: 'dmonaName://local_mona' }")
            .Replace("metric_type: UINT32", "monitoring_agent: { get_input: OTHER }", StringComparison.Ordinal);

        (await ResolvedAsync(vnfd)).AgentKey.ShouldBe("OTHER");
        (await ResolvedAsync(vnfd, ("OTHER", "\"dmona://a\""), ("MONITORING_AGENT", "\"dmonaName://a\"")))
            .Agent.Name.ShouldBe("a");
        (await RefusedAsync(vnfd, ("OTHER", "\"dmona://a\""))).Type.ShouldBe("faults/vnfd-agents-differ");
    }

    [Fact]
    public async Task An_input_without_a_default_must_be_given()
    {
        var vnfd = TestVnfd.With("default: 3\n", "description: seconds\n");

        (await RefusedAsync(vnfd)).Detail.ShouldContain("'POLL_SECONDS'");
        (await ResolvedAsync(vnfd, ("POLL_SECONDS", "9")))
            .Vdus[0].Monitoring.Kpis[0].PollFrequency.TotalSeconds.ShouldBe(9);
    }

    [Theory]
    [InlineData("small", 1, 0)]
    [InlineData("large", 6, 3)]
    public async Task VMs_are_the_initial_ones_and_those_of_each_step_the_last_delta_repeated(
        string level, int count, int scale)
    {
        var request = await RequestAsync(TestVnfd.Text + Policies, [], []);

        var deployment = Resolved(DeploymentResolver.Resolve(request with { InstantiationLevelId = level }));

        deployment.Vdus[0].Count.ShouldBe(count);
        deployment.ScaleStatus["one"].ShouldBe(scale);
        deployment.InstantiationLevelId.ShouldBe(level);
    }

    [Fact]
    public async Task A_level_must_be_named_when_there_is_no_default_and_must_be_one()
    {
        var request = await RequestAsync(TestVnfd.Text + Policies, [], []);

        Refused(DeploymentResolver.Resolve(request)).Type.ShouldBe("faults/vnfd-level-missing");
        Refused(DeploymentResolver.Resolve(request with { InstantiationLevelId = "huge" })).Detail
            .ShouldContain("instantiationLevelId 'huge'");
        Refused(
            DeploymentResolver.Resolve(await RequestAsync(TestVnfd.Text, [], []) with { InstantiationLevelId = "l" }))
            .Detail.ShouldContain("instantiationLevelId 'l'");
    }

    [Fact]
    public async Task An_unknown_flavour_is_refused_with_those_that_are_known() =>
        Refused(DeploymentResolver.Resolve(await RequestAsync(TestVnfd.Text, [], []) with { FlavourId = "big" }))
            .Detail.ShouldBe("flavourId 'big' is none of this VNFD's: default.");

    [Fact]
    public async Task Level_counts_that_contradict_the_deltas_are_refused_at_upload()
    {
        var vnfd = TestVnfd.Text + Policies + """

                - v: { type: tosca.policies.nfv.VduInstantiationLevels, targets: [ vm ],
                      properties: { levels: { small: { number_of_instances: 2 } } } }
            """;

        (await TestPackage.Right(vnfd).RefusalAsync())
            .ShouldContain("2 in the level 'small', but 1 by its scale levels");
    }

    [Fact]
    public async Task The_newer_place_of_the_extension_means_the_same_as_the_older()
    {
        var older = await ResolvedAsync(TestVnfd.After("name: vm", "bootup_time: 20", "recovery_action: REBOOT_ONLY"));
        var lines = TestVnfd.Text.Split('\n');
        var from = Array.FindIndex(lines, line => line.Trim() == "kpi_data:");
        var to = Array.FindIndex(lines, line => line.Trim() == "artifacts:");
        var indent = new string(' ', 8);
        string[] newer =
        [
            .. lines[..from],
            indent + "configurable_properties:",
            indent + "  additional_vnfc_configurable_properties:",
            indent + "    bootup_time: 20",
            indent + "    recovery_action: REBOOT_ONLY",
            .. lines[from..to].Select(line => "    " + line),
            .. lines[to..],
        ];
        var moved = await ResolvedAsync(string.Join('\n', newer));

        moved.Vdus[0].Recovery.ShouldBe(older.Vdus[0].Recovery);
        moved.Vdus[0].Recovery.Action.ShouldBe(RecoveryAction.RebootOnly);
        moved.Vdus[0].Monitoring.BootTime.ShouldBe(TimeSpan.FromSeconds(20));
        moved.Vdus[0].Monitoring.Kpis.ShouldBe(older.Vdus[0].Monitoring.Kpis);
    }

    [Fact]
    public async Task Declared_keys_and_their_first_values_are_found()
    {
        var vnfd = TestVnfd.After(
            "flavour_id: default",
            "configurable_properties: { is_autoheal_enabled: true, additional_configurable_properties: { SIZE: 3 } }",
            "modifiable_attributes: { extensions: { MONITORING_AGENT: dmonaName://dmona1 } }");
        var read = (await TestPackage.Right(vnfd).AcceptedAsync()).Vnfd;

        var reference = read.ReferenceFrom(Guid.Empty);
        reference.AgentKey.ShouldBe("MONITORING_AGENT");
        reference.ExtensionKeys.ShouldBe(["MONITORING_AGENT"]);
        reference.ConfigurableKeys.ShouldBe(["isAutohealEnabled", "SIZE"]);
        read.Initial.ConfigurableProperties["isAutohealEnabled"].GetBoolean().ShouldBeTrue();
        read.Initial.Extensions["MONITORING_AGENT"].GetString().ShouldBe("dmonaName://dmona1");
    }

    internal static async Task<DeploymentRequest> RequestAsync(
        string vnfd, Dictionary<string, string> stored, (string Key, string Json)[] given) =>
        Request(await TestPackage.Right(vnfd).AcceptedAsync(), stored, given);

    internal static DeploymentRequest Request(
        AcceptedPackage accepted, Dictionary<string, string> stored, params (string Key, string Json)[] given) => new()
        {
            Package = new StoredPackage(
                PackageDescription.Of(Guid.Empty, accepted, DateTimeOffset.UnixEpoch), accepted.Vnfd, "/packages/x"),
            FlavourId = "default",
            AdditionalParams = given.ToDictionary(pair => pair.Key, pair => JsonElement.Parse(pair.Json)),
            StoredPair = key => stored.TryGetValue(key, out var json) ? JsonElement.Parse(json) : null,
        };

    internal static ResolvedDeployment Resolved(DeploymentResolution resolution) => resolution switch
    {
        DeploymentResolution.Resolved(var deployment) => deployment,
        DeploymentResolution.Refused(var fault) => throw new InvalidOperationException(fault.Detail),
        _ => throw new InvalidOperationException(),
    };

    private static Fault Refused(DeploymentResolution resolution) =>
        resolution.ShouldBeOfType<DeploymentResolution.Refused>().Fault;

    private static Task<ResolvedDeployment> ResolvedAsync(string vnfd, params (string Key, string Json)[] given) =>
        ResolvedAsync(vnfd, [], given);

    private static async Task<ResolvedDeployment> ResolvedAsync(
        string vnfd, Dictionary<string, string> stored, params (string Key, string Json)[] given) =>
        Resolved(DeploymentResolver.Resolve(await RequestAsync(vnfd, stored, given)));

    private static async Task<Fault> RefusedAsync(string vnfd, params (string Key, string Json)[] given) =>
        Refused(DeploymentResolver.Resolve(await RequestAsync(vnfd, [], given)));
}
