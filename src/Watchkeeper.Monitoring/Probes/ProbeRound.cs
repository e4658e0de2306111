using System.Net;
using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>Keeps the deadline of a connecting probe: the only place that does.</summary>
/// <param name="time">The clock of the deadline.</param>
internal sealed class ProbeRound(TimeProvider time)
{
    /// <summary>Asks once. The deadline makes the target Silent; being stopped is passed on.</summary>
    public async ValueTask<ProbeAnswer> AskAsync(
        IConnectProbe probe, IPAddress address, Kpi kpi, TimeSpan timeout, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            return await probe.AskAsync(address, kpi, either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return ProbeAnswer.Silent("no answer in time");
        }
    }
}
