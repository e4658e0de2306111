using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>A VDU: what its VMs are, how many there are, and how each is watched.</summary>
internal sealed record Vdu
{
    public required string Id { get; init; }

    /// <summary><c>vdu_profile</c>: the fewest VMs.</summary>
    public Setting? MinCount { get; init; }

    /// <summary><c>vdu_profile</c>: the most VMs.</summary>
    public Setting? MaxCount { get; init; }

    /// <summary><c>VduInitialDelta</c>: VMs when every aspect is at level 0.</summary>
    public Setting? InitialCount { get; init; }

    /// <summary><c>VduInstantiationLevels</c>: VMs in each instantiation level.</summary>
    public ImmutableSortedDictionary<string, Setting> LevelCounts { get; init; } = NoSettings;

    /// <summary><c>VduScalingAspectDeltas</c>: VMs added by the steps of an aspect.</summary>
    public ImmutableArray<VduDeltas> Deltas { get; init; } = [];

    public Setting? Cpus { get; init; }

    public Setting? Memory { get; init; }

    /// <summary>The software image, as a file of the package; null when the VDU has none.</summary>
    public string? Image { get; init; }

    /// <summary>Boot data, by key.</summary>
    public ImmutableSortedDictionary<string, Setting> Environment { get; init; } = NoSettings;

    public required VduWatch Watch { get; init; }

    private static ImmutableSortedDictionary<string, Setting> NoSettings =>
        ImmutableSortedDictionary.Create<string, Setting>(StringComparer.Ordinal);
}

/// <summary>The VMs that the steps of one aspect add to a VDU, by delta id.</summary>
internal sealed record VduDeltas(string AspectId, ImmutableSortedDictionary<string, Setting> Counts);

/// <summary>How a VDU's VMs are watched: the monitoring extension of a VDU.</summary>
internal sealed record VduWatch
{
    /// <summary>1 to 32 KPIs of different event names; exactly one is the aliveness KPI.</summary>
    public required ImmutableArray<KpiTemplate> Kpis { get; init; }

    public required ImmutableArray<KpiRule> Rules { get; init; }

    /// <summary>Every <c>monitoring_agent</c> of the KPIs.</summary>
    public required ImmutableArray<Setting> Agents { get; init; }

    public Setting? BootTime { get; init; }

    public Setting? RecoveryAction { get; init; }

    public Setting? RecoveryWaitTime { get; init; }

    public Setting? MaxRetries { get; init; }

    public Setting? MonitorOnError { get; init; }
}

/// <summary>A KPI whose values may still come from inputs.</summary>
internal sealed record KpiTemplate
{
    public required string EventName { get; init; }

    public required CollectorKind Collector { get; init; }

    public bool IsAliveness { get; init; }

    public Setting? Threshold { get; init; }

    public Setting? Condition { get; init; }

    public Setting? OccurrencesTrue { get; init; }

    public Setting? OccurrencesFalse { get; init; }

    public required Setting PollFrequency { get; init; }

    /// <summary>What one unit of the poll frequency is (<c>polling_unit</c>).</summary>
    public required TimeSpan PollingUnit { get; init; }

    public Setting? ContinuousAlarm { get; init; }

    public Setting? Timeout { get; init; }

    public Setting? Port { get; init; }

    public Setting? Path { get; init; }

    public Setting? Scheme { get; init; }
}
