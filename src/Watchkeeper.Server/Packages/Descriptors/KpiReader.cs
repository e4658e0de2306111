using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Server.Packages.Yaml;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>Reads the KPIs and rules of a VDU (<c>kpi_data</c>, <c>admin_rules</c>).</summary>
internal static class KpiReader
{
    private static readonly ImmutableArray<string> Actions =
    [
        "log", "esc_vm_alive_notification", "servicebooted.sh", "recover autohealing",
        "esc_vm_scale_out_notification", "esc_vm_scale_in_notification", "servicescaleup.sh", "servicescaledown.sh",
    ];

    /// <summary>What was read.</summary>
    internal sealed record Found(
        ImmutableArray<KpiTemplate> Kpis, ImmutableArray<KpiRule> Rules, ImmutableArray<Setting> Agents);

    /// <summary>Reads the KPIs, finds the aliveness KPI, and checks that each rule has its KPI.</summary>
    public static Found Read(YamlMap vdu, YamlNode? kpiData, YamlNode? adminRules, string vduId)
    {
        var agents = ImmutableArray.CreateBuilder<Setting>();
        var kpis = (kpiData?.AsMap("kpi_data").Entries ?? []).Select(entry => Kpi(entry, agents)).ToImmutableArray();
        if (kpis.Length is 0 or > AgentLimits.KpisPerTarget)
        {
            throw (kpiData ?? vdu).Refused(
                $"the VDU '{Excerpt.Of(vduId)}' has {kpis.Length} KPIs; it must have 1 to {AgentLimits.KpisPerTarget}");
        }

        if (kpis.GroupBy(kpi => kpi.EventName).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw kpiData!.Refused($"two KPIs raise the event '{Excerpt.Of(twice.Key)}'");
        }

        var rules = (adminRules?.AsMap("admin_rules").Entries ?? []).Select(Rule).ToImmutableArray();
        if (rules.FirstOrDefault(rule => kpis.All(kpi => kpi.EventName != rule.EventName)) is { } orphan)
        {
            throw adminRules!.Refused($"no KPI raises the event '{Excerpt.Of(orphan.EventName)}' of a rule");
        }

        var alive = Aliveness(kpis, rules)
            ?? throw kpiData!.Refused(
                $"the VDU '{Excerpt.Of(vduId)}' must have exactly one aliveness KPI: one whose rule "
                + "has esc_vm_alive_notification or servicebooted.sh, else one named VM_ALIVE…, else the only one");
        if (kpis.Select(kpi => ReservedEvents.Objection(kpi.EventName, kpi == alive))
            .FirstOrDefault(objection => objection is not null) is { } reserved)
        {
            throw kpiData!.Refused(reserved);
        }

        return new Found(
            [.. kpis.Select(kpi => kpi with { IsAliveness = kpi == alive })], rules, agents.ToImmutable());
    }

    private static KpiTemplate? Aliveness(ImmutableArray<KpiTemplate> kpis, ImmutableArray<KpiRule> rules)
    {
        var announced = rules
            .Where(rule => rule.Actions.Any(action => action is "TRUE esc_vm_alive_notification"
                or "TRUE servicebooted.sh" or "ALWAYS esc_vm_alive_notification" or "ALWAYS servicebooted.sh"))
            .Select(rule => rule.EventName).Distinct(StringComparer.Ordinal).ToArray();
        if (announced.Length > 0)
        {
            return announced.Length == 1 ? kpis.First(kpi => kpi.EventName == announced[0]) : null;
        }

        var named = kpis.Where(kpi => kpi.EventName.StartsWith("VM_ALIVE", StringComparison.Ordinal)).ToArray();
        return named.Length == 1 ? named[0]
            : kpis.Length == 1 ? kpis[0]
            : null;
    }

    private static KpiTemplate Kpi(YamlMap.Entry entry, ImmutableArray<Setting>.Builder agents)
    {
        var name = Excerpt.Of(entry.Key.Text);
        var kpi = entry.Value.AsMap($"the KPI '{name}'");
        kpi.DemandOnly(
            $"the KPI '{name}'", "event_name", "metric_value", "metric_cond", "metric_type",
            "metric_occurrences_true", "metric_occurrences_false", "metric_collector", "monitoring_agent");
        if (kpi.TextAt("metric_type") is { } type && type is not ("UINT32" or "INT32" or "FLOAT" or "DOUBLE"))
        {
            throw kpi.Refused(
                $"the KPI '{name}': unknown metric_type '{Excerpt.Of(type)}'; "
                + "UINT32, INT32, FLOAT and DOUBLE are known");
        }

        var collector = kpi.MapAt("metric_collector") ?? throw kpi.Refused($"the KPI '{name}' has no metric_collector");
        collector.DemandOnly(
            "metric_collector", "type", "nicid", "address_id", "poll_frequency", "polling_unit", "continuous_alarm",
            "monitoring_agent", "properties");
        agents.AddRange(new[] { Setting.At(kpi, "monitoring_agent"), Setting.At(collector, "monitoring_agent") }
            .OfType<Setting>());
        var eventName = kpi.TextAt("event_name") ?? entry.Key.AsText("the name of a KPI");
        return eventName.Length == 0
            ? throw kpi.Refused($"the KPI '{name}' has an empty event_name")
            : Collected(kpi, collector, name, eventName);
    }

    private static KpiTemplate Collected(YamlMap kpi, YamlMap collector, string name, string eventName)
    {
        var kind = collector.TextAt("type") switch
        {
            "ICMPPing" => CollectorKind.IcmpPing,
            "TCPConnect" => CollectorKind.TcpConnect,
            "HTTPGET" => CollectorKind.HttpGet,
            var other => throw collector.Refused($"the KPI '{name}': unknown metric '{Excerpt.Of(other ?? "")}'; "
                + "ICMPPing, TCPConnect and HTTPGET are known"),
        };
        var properties = collector.MapAt("properties");
        properties?.DemandOnly($"a collector {kind}", kind switch
        {
            CollectorKind.TcpConnect => ["timeout", "port"],
            CollectorKind.HttpGet => ["timeout", "port", "path", "scheme"],
            _ => ["timeout"],
        });
        var port = properties is null ? null : Setting.At(properties, "port");
        if (port is null && kind == CollectorKind.TcpConnect)
        {
            throw collector.Refused($"the KPI '{name}': TCPConnect needs the property port");
        }

        return new KpiTemplate
        {
            EventName = eventName,
            Collector = kind,
            Threshold = Setting.At(kpi, "metric_value"),
            Condition = Setting.At(kpi, "metric_cond"),
            OccurrencesTrue = Setting.At(kpi, "metric_occurrences_true"),
            OccurrencesFalse = Setting.At(kpi, "metric_occurrences_false"),
            PollFrequency = Setting.At(collector, "poll_frequency")
                ?? throw collector.Refused($"the KPI '{name}' has no poll_frequency"),
            PollingUnit = Unit(collector),
            ContinuousAlarm = Setting.At(collector, "continuous_alarm"),
            Timeout = properties is null ? null : Setting.At(properties, "timeout"),
            Port = port,
            Path = properties is null ? null : Setting.At(properties, "path"),
            Scheme = properties is null ? null : Setting.At(properties, "scheme"),
        };
    }

    private static TimeSpan Unit(YamlMap collector) => collector.TextAt("polling_unit") switch
    {
        null or "seconds" => TimeSpan.FromSeconds(1),
        "milliseconds" => TimeSpan.FromMilliseconds(1),
        "minutes" => TimeSpan.FromMinutes(1),
        var other => throw collector.Refused(
            $"polling_unit '{Excerpt.Of(other)}' is unknown; milliseconds, seconds and minutes are known"),
    };

    private static KpiRule Rule(YamlMap.Entry entry)
    {
        var name = Excerpt.Of(entry.Key.Text);
        var rule = entry.Value.AsMap($"the rule '{name}'");
        rule.DemandOnly($"the rule '{name}'", "event_name", "action");
        return new KpiRule(
            rule.TextAt("event_name") ?? entry.Key.AsText("the name of a rule"),
            [.. rule.ItemsAt("action").Select(Action)]);
    }

    private static string Action(YamlNode node)
    {
        var text = node.AsText("an action").Trim();
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var outcome = space < 0 ? text : text[..space].ToUpperInvariant();
        var action = space < 0 ? "" : text[space..].Trim();
        if (outcome is not ("ALWAYS" or "TRUE" or "FALSE"))
        {
            throw node.Refused($"the action '{Excerpt.Of(text)}' must begin with ALWAYS, TRUE or FALSE");
        }

        return Actions.Contains(action)
            ? $"{outcome} {action}"
            : throw node.Refused($"unknown action '{Excerpt.Of(action)}'; known are {string.Join(", ", Actions)}");
    }
}
