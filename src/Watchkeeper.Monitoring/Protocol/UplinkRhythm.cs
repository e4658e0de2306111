namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Clock and chance of an uplink.</summary>
/// <param name="ResumeAfter">How long a restarted or woken agent waits for the manager's answer.</param>
/// <param name="Time">The clock.</param>
/// <param name="Random">Spreads reconnects; used by one loop only.</param>
public sealed record UplinkRhythm(TimeSpan ResumeAfter, TimeProvider Time, Random Random)
{
    /// <summary>How long to wait before a try to connect.</summary>
    /// <param name="failures">Tries that failed since the last session; 0 right after one.</param>
    public TimeSpan BackOff(int failures) =>
        LinkLimits.FirstBackOff
        * Math.Min(1 << Math.Min(failures, 10), LinkLimits.LongestBackOff / LinkLimits.FirstBackOff)
        * Random.NextDouble();

    /// <summary>How long to wait after a refusal.</summary>
    public TimeSpan RefusedBackOff() => LinkLimits.RefusedBackOff * (1 + Random.NextDouble());
}
