using Watchkeeper.Server.Packages.Descriptors;

namespace Server.Tests.Packages;

/// <summary>Each case changes one piece of a right VNFD; the refusal must name what is wrong.</summary>
public class VnfdRefusalTests
{
    [Theory]
    [InlineData("tosca_simple_yaml_1_3", "tosca_simple_yaml_2_0", "tosca_definitions_version 'tosca_simple_yaml_2_0'")]
    [InlineData("- etsi_nfv_sol001_vnfd_types.yaml", "- other_types.yaml", "the import 'other_types.yaml' is neither")]
    [InlineData("- etsi_nfv_sol001_vnfd_types.yaml", "- ../../x.yaml", "the import '../../x.yaml' is neither")]
    [InlineData(
        "type: tosca.nodes.nfv.Vdu.Compute", "type: tosca.nodes.nfv.VipCp",
        "'tosca.nodes.nfv.VipCp', which is not supported")]
    [InlineData("type: tosca.nodes.nfv.Vdu.Compute", "type: tosca.nodes.nfv.VduCp", "has no VDU")]
    [InlineData("descriptor_id: vnfd-1", "description: none", "the VNF has no descriptor_id")]
    [InlineData("flavour_id: default", "description: none", "the VNF has no flavour_id")]
    [InlineData("type: float", "type: map", "the input 'POLL_SECONDS' is of type 'map'")]
    [InlineData("default: 3", "default: 0.05", "value 0.05 is not from 0.1 to 60")]
    [InlineData("default: 3", "default: many", "must be a number, not 'many'")]
    [InlineData("- in_range: [ 0.1, 60 ]", "- outside: 3", "the constraint 'outside'")]
    [InlineData("type: TCPConnect", "type: SNMPGet", "unknown metric 'SNMPGet'")]
    [InlineData("metric_type: UINT32", "metric_type: STRING", "unknown metric_type 'STRING'")]
    [InlineData("metric_cond: GT", "metric_cond: NE", "'NE' is none of GT")]
    [InlineData("metric_value: 1", "metric_value: much", "'much' is not a number")]
    [InlineData("metric_value: 1", "metric_value: 100", "must hold for 100")]
    [InlineData("metric_cond: GT", "metric_cond: LT", "must hold for 100")]
    [InlineData("metric_occurrences_true: 1", "metric_occurrences_true: 0", "from 1 to 1000")]
    [InlineData("metric_occurrences_false: 3", "metric_occurrences_false: 1001", "from 1 to 1000")]
    [InlineData("metric_occurrences_false: 3", "metric_occurences_false: 3", "has no 'metric_occurences_false'")]
    [InlineData(
        "poll_frequency: { get_input: POLL_SECONDS }", "poll_frequency: 0.05", "0.05 s is not from 0.1 to 86400")]
    [InlineData("poll_frequency: { get_input: POLL_SECONDS }", "poll_frequency: 86401", "86401 s is not from")]
    [InlineData(
        "poll_frequency: { get_input: POLL_SECONDS }", "poll_frequency: { get_input: NONE }",
        "there is no input 'NONE'")]
    [InlineData(
        "poll_frequency: { get_input: POLL_SECONDS }", "poll_frequency: { concat: [ 1 ] }",
        "the function concat is not supported")]
    [InlineData("polling_unit: seconds", "polling_unit: fortnights", "polling_unit 'fortnights' is unknown")]
    [InlineData("port: 7000", "port: 70000", "from 1 to 65535")]
    [InlineData("port: 7000", "timeout: 1", "TCPConnect needs the property port")]
    [InlineData("port: 7000", "path: /x", "has no 'path'")]
    [InlineData(
        "monitoring_agent: { get_input: MONITORING_AGENT }", "monitoring_agent: dmona1",
        "an agent is named as dmonaName://NAME")]
    [InlineData("default: dmonaName://local_mona", "default: 'dmonaName://'", "names no agent")]
    [InlineData("- ALWAYS log", "- ALWAYS dance", "unknown action 'dance'")]
    [InlineData("- ALWAYS log", "- SOMETIMES log", "must begin with ALWAYS, TRUE or FALSE")]
    [InlineData(
        "file: ../Files/images/server", "file: ../Files/images/none", "'../Files/images/none' is not in the package")]
    [InlineData("file: ../Files/images/server", "file: ../../../etc/passwd", "is not in the package")]
    [InlineData("min_number_of_instances: 1", "min_number_of_instances: 10", "allows 10 to 9")]
    [InlineData("max_number_of_instances: 9", "max_number_of_instances: 0", "would have 1 VMs")]
    public async Task A_wrong_piece_is_refused(string piece, string replacement, string why) =>
        (await TestPackage.Right(TestVnfd.With(piece, replacement)).RefusalAsync()).ShouldContain(why);

    [Theory]
    [InlineData("SERVICE_UPDATED")]
    [InlineData("VM_SET_MONITOR_STATUS")]
    [InlineData("SVC_SET_MONITOR_STATUS")]
    [InlineData("VM_MONITOR_UNSET")]
    [InlineData("VM_MONITOR_SET")]
    [InlineData("vm_deployed")]
    [InlineData("VM_RECOVERY_COMPLETE")]
    public async Task A_KPI_that_would_raise_an_event_of_the_managers_own_is_refused(string name)
    {
        var vnfd = TestVnfd.Text.Replace("VM_ALIVE", name, StringComparison.Ordinal);
        (await TestPackage.Right(vnfd).RefusalAsync())
            .ShouldContain($"the event '{name}' is one of the VNF manager's own, which no KPI may raise");
    }

    [Fact]
    public void The_event_of_a_VMs_life_belongs_to_its_aliveness_KPI()
    {
        ReservedEvents.Objection("VM_ALIVE", isAliveness: true).ShouldBeNull();
        ReservedEvents.Objection("VM_ALIVE", isAliveness: false).ShouldNotBeNull().ShouldContain("only its aliveness");
        ReservedEvents.Objection("VM_ALIVE_AND_WELL", isAliveness: false).ShouldBeNull();
    }

    [Fact]
    public async Task Limits_of_YAML_hold_for_all_imports_of_a_package_together()
    {
        var aliases = "tosca_definitions_version: tosca_simple_yaml_1_3\nmetadata:\n  a: &x y\n"
            + string.Concat(Enumerable.Range(0, 6_000).Select(i => $"  k{i}: *x\n"));
        var vnfd = TestVnfd.With(
            "- etsi_nfv_sol001_vnfd_types.yaml", "- etsi_nfv_sol001_vnfd_types.yaml\n  - one.yaml\n  - two.yaml");
        (await TestPackage.Right(vnfd)
            .With("Definitions/one.yaml", aliases).With("Definitions/two.yaml", aliases).RefusalAsync())
            .ShouldContain("uses of aliases in the package");
    }

    [Fact]
    public async Task A_rule_for_an_event_that_no_KPI_raises_is_refused()
    {
        var vnfd = TestVnfd.After("admin_rules:", "  OTHER:", "    event_name: OTHER", "    action: [ ALWAYS log ]");

        (await TestPackage.Right(vnfd).RefusalAsync()).ShouldContain("no KPI raises the event 'OTHER'");
    }

    [Fact]
    public async Task Two_aliveness_KPIs_are_refused()
    {
        var vnfd = TestVnfd.After("kpi_data:", Kpi("VM_UP"));
        vnfd = vnfd.Replace(
            "admin_rules:", "admin_rules:\n          VM_UP:\n            action: [ TRUE servicebooted.sh ]");

        (await TestPackage.Right(vnfd).RefusalAsync()).ShouldContain("exactly one aliveness KPI");
    }

    [Fact]
    public async Task Two_KPIs_of_which_none_says_that_the_VM_is_alive_are_refused()
    {
        var vnfd = TestVnfd.After("kpi_data:", Kpi("VM_UP")).Replace("VM_ALIVE", "OTHER", StringComparison.Ordinal)
            .Replace("- TRUE esc_vm_alive_notification", "- TRUE log", StringComparison.Ordinal);

        (await TestPackage.Right(vnfd).RefusalAsync()).ShouldContain("exactly one aliveness KPI");
    }

    [Fact]
    public async Task Two_KPIs_of_one_event_are_refused()
    {
        var vnfd = TestVnfd.After("kpi_data:", Kpi("OTHER", "    event_name: VM_ALIVE"));

        (await TestPackage.Right(vnfd).RefusalAsync()).ShouldContain("two KPIs raise the event 'VM_ALIVE'");
    }

    [Fact]
    public async Task A_VDU_without_KPIs_is_refused()
    {
        var vnfd = TestVnfd.With("kpi_data:", "other_data:");

        (await TestPackage.Right(vnfd).RefusalAsync()).ShouldContain("has 0 KPIs");
    }

    [Fact]
    public async Task More_than_32_KPIs_are_refused()
    {
        var kpis = Enumerable.Range(0, 32).SelectMany(i => Kpi($"K{i}")).ToArray();

        (await TestPackage.Right(TestVnfd.After("kpi_data:", kpis)).RefusalAsync()).ShouldContain("has 33 KPIs");
    }

    [Fact]
    public async Task A_property_given_in_both_places_is_refused()
    {
        var vnfd = TestVnfd.After(
            "name: vm", "configurable_properties:", "  additional_vnfc_configurable_properties:", "    kpi_data: {}");

        (await TestPackage.Right(vnfd).RefusalAsync()).ShouldContain("kpi_data is given twice");
    }

    [Theory]
    [InlineData("VM_ADDRESS: x")]
    [InlineData("LD_PRELOAD: x")]
    [InlineData("'1A': x")]
    [InlineData("A=B: x")]
    public async Task A_setting_that_a_VM_must_not_be_given_is_refused(string pair)
    {
        var vnfd = TestVnfd.After("name: vm", "boot_data:", "  kvp_data:", "    data:", $"      {pair}");

        (await TestPackage.Right(vnfd).RefusalAsync()).ShouldContain("can't name a setting");
    }

    [Fact]
    public async Task Boot_data_of_another_kind_is_refused()
    {
        var vnfd = TestVnfd.After("name: vm", "boot_data:", "  content_or_file_data:", "    content: x");

        (await TestPackage.Right(vnfd).RefusalAsync()).ShouldContain("has no 'content_or_file_data'");
    }

    [Fact]
    public async Task A_wrong_checksum_of_an_image_is_refused()
    {
        var vnfd = TestVnfd.After(
            "file: ../Files/images/server", "properties:", "  checksum: { algorithm: sha-256, hash: '00' }");

        (await TestPackage.Right(vnfd).RefusalAsync()).ShouldContain("the checksum of 'Files/images/server'");
    }

    [Fact]
    public async Task Two_agents_written_down_are_refused()
    {
        var vnfd = TestVnfd.After("kpi_data:", Kpi("OTHER", "    monitoring_agent: dmonaName://dmona2"));

        (await TestPackage.Right(vnfd).RefusalAsync()).ShouldContain("One KPI names 'dmonaName://dmona2', another");
    }

    [Theory]
    [InlineData(
        "tosca.policies.nfv.Other", "x: 1", "vm", "the policy type 'tosca.policies.nfv.Other' is not supported")]
    [InlineData(
        "tosca.policies.nfv.VduInitialDelta", "initial_delta: { number_of_instances: 2 }", "none",
        "'none' is not a VDU")]
    [InlineData(
        "tosca.policies.nfv.VduInitialDelta", "initial_delta: { number_of_instances: 10 }", "vm", "would have 10 VMs")]
    [InlineData(
        "tosca.policies.nfv.VduInitialDelta", "initial_delta: { number_of_instances: two }", "vm",
        "'two' is not a whole number")]
    [InlineData("tosca.policies.nfv.VduInitialDelta", "x: 1", "vm", "initial_delta is missing")]
    [InlineData("tosca.policies.nfv.VduScalingAspectDeltas", "aspect: a", "vm", "there is no scaling aspect 'a'")]
    [InlineData(
        "tosca.policies.nfv.InstantiationLevels", "levels: { l: { scale_info: { a: { scale_level: 1 } } } }", "vm",
        "there is no scaling aspect 'a'")]
    [InlineData(
        "tosca.policies.nfv.InstantiationLevels", "levels: { l: {} }, default_level: m", "vm",
        "default_level 'm' is not a level")]
    [InlineData(
        "tosca.policies.nfv.VduInstantiationLevels", "levels: { l: { number_of_instances: 1 } }", "vm",
        "no instantiation level 'l'")]
    [InlineData("tosca.policies.nfv.ScalingAspects", "aspects: { a: {} }", "vm", "max_scale_level is missing")]
    public async Task A_wrong_policy_is_refused(string type, string properties, string target, string why)
    {
        var vnfd = TestVnfd.Text + $$"""

              policies:
                - p: { type: {{type}}, properties: { {{properties}} }, targets: [ {{target}} ] }
            """;

        (await TestPackage.Right(vnfd).RefusalAsync()).ShouldContain(why);
    }

    [Fact]
    public async Task A_connection_point_bound_to_no_VDU_is_refused()
    {
        var vnfd = TestVnfd.After(
            "node_templates:", "  cp: { type: tosca.nodes.nfv.VduCp, requirements: [ { virtual_binding: none } ] }");

        (await TestPackage.Right(vnfd).RefusalAsync()).ShouldContain("bound to 'none', which is no VDU");
    }

    private static string[] Kpi(string name, params string[] more) =>
    [
        $"  {name}:", .. more, "    metric_collector:", "      type: ICMPPing", "      poll_frequency: 5",
    ];
}
