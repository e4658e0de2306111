namespace Server.Tests.Packages;

/// <summary>A small VNFD in one file, for tests to change by replacing a piece of its text.</summary>
internal static class TestVnfd
{
    public const string Text = """
        tosca_definitions_version: tosca_simple_yaml_1_3
        imports:
          - etsi_nfv_sol001_vnfd_types.yaml
        topology_template:
          inputs:
            MONITORING_AGENT:
              type: string
              default: dmonaName://local_mona
            POLL_SECONDS:
              type: float
              default: 3
              constraints:
                - in_range: [ 0.1, 60 ]
          node_templates:
            VNF:
              type: tosca.nodes.nfv.VNF
              properties:
                descriptor_id: vnfd-1
                descriptor_version: '1.0'
                provider: Maker
                product_name: Product
                software_version: '2.0'
                flavour_id: default
                flavour_description: The only one
            vm:
              type: tosca.nodes.nfv.Vdu.Compute
              properties:
                name: vm
                vdu_profile:
                  min_number_of_instances: 1
                  max_number_of_instances: 9
                kpi_data:
                  VM_ALIVE:
                    event_name: VM_ALIVE
                    metric_value: 1
                    metric_cond: GT
                    metric_type: UINT32
                    metric_occurrences_true: 1
                    metric_occurrences_false: 3
                    metric_collector:
                      type: TCPConnect
                      poll_frequency: { get_input: POLL_SECONDS }
                      polling_unit: seconds
                      monitoring_agent: { get_input: MONITORING_AGENT }
                      properties:
                        port: 7000
                admin_rules:
                  VM_ALIVE:
                    event_name: VM_ALIVE
                    action:
                      - ALWAYS log
                      - TRUE esc_vm_alive_notification
                      - FALSE recover autohealing
              artifacts:
                sw_image:
                  type: tosca.artifacts.nfv.SwImage
                  file: ../Files/images/server
        """;

    /// <summary>The VNFD with a piece replaced, which must be there.</summary>
    public static string With(string piece, string replacement)
    {
        Text.ShouldContain(piece);
        return Text.Replace(piece, replacement, StringComparison.Ordinal);
    }

    /// <summary>The VNFD with lines put after a line, indented like it.</summary>
    public static string After(string line, params string[] lines)
    {
        var all = Text.Split('\n').ToList();
        var at = all.FindIndex(candidate => candidate.Trim() == line);
        at.ShouldBeGreaterThan(-1);
        var indent = all[at][..^all[at].TrimStart().Length];
        all.InsertRange(at + 1, lines.Select(added => indent + added));
        return string.Join('\n', all);
    }
}
