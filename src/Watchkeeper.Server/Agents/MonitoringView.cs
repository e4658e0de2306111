using System.Text.Json.Serialization;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Who watches a VNF: <c>GET ext/vnf_instances/{id}/monitoring</c>.</summary>
internal sealed class MonitoringView(Store store, KnownStates states, TimeProvider time)
{
    /// <summary>How the VNF is watched now; null when there is no such VNF instance.</summary>
    public async Task<MonitoringResponse?> OfAsync(VnfInstanceId id, CancellationToken cancellationToken)
    {
        var instance = await store.FindInstanceAsync(id, cancellationToken);
        if (instance is null)
        {
            return null;
        }

        var vnfcs = await store.VnfcsAsync(id, cancellationToken);
        return new MonitoringResponse(
            id.ToString(),
            instance.AgentKey ?? instance.Vnfd.AgentKey,
            instance.Deployment?.Agent.Text,
            [.. vnfcs.Select(VnfcOf)]);
    }

    private MonitoredVnfc VnfcOf(WatchedVnfc watched)
    {
        var vnfc = watched.Vnfc;
        var kpis = states.StateOf(watched);
        var since = kpis.Where(kpi => kpi.SinceLastProbe is not null).Select(kpi => kpi.SinceLastProbe).Min();
        return new MonitoredVnfc(
            vnfc.Id.ToString(),
            vnfc.Address,
            SourceNames.StateOf(vnfc),
            vnfc.Agent is null ? null : AgentAddress.Of(vnfc.Agent).Text,
            vnfc.Epoch,
            SourceNames.Of(vnfc.Monitor),
            time.GetUtcNow() - since,
            [
                .. watched.Monitoring.Kpis.Select(kpi =>
                {
                    var state = kpis.FirstOrDefault(known => known.EventName == kpi.EventName).State;
                    return new MonitoredKpi(kpi.EventName, state.Believed, state.Against);
                }),
            ]);
    }
}

/// <summary>How a VNF is watched.</summary>
internal sealed record MonitoringResponse(
    string VnfInstanceId,
    string? Key,
    [property: JsonPropertyName("monitoring_agent")] string? MonitoringAgent,
    ImmutableArray<MonitoredVnfc> Vnfcs);

/// <summary>How one VM is watched.</summary>
internal sealed record MonitoredVnfc(
    string VnfcInstanceId,
    string Address,
    string State,
    [property: JsonPropertyName("monitoring_agent")] string? MonitoringAgent,
    long Epoch,
    string Monitor,
    DateTimeOffset? LastProbeTime,
    ImmutableArray<MonitoredKpi> Kpis);

/// <summary>What is believed of one KPI, and how many samples in a row speak against it.</summary>
internal sealed record MonitoredKpi(string EventName, bool? Believed, int Against);
