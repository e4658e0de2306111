namespace Watchkeeper.Monitoring.Rules;

/// <summary>How a KPI's sample is collected (the collector's <c>type</c> in a VNFD).</summary>
public enum CollectorKind
{
    /// <summary>One ICMP echo request. <c>ICMPPing</c>.</summary>
    IcmpPing,

    /// <summary>One TCP connection, closed at once. <c>TCPConnect</c>.</summary>
    TcpConnect,

    /// <summary>One HTTP(S) GET; any status below 400 is an answer. <c>HTTPGET</c>.</summary>
    HttpGet,
}

/// <summary>How a sample is compared with the threshold (<c>metric_cond</c>).</summary>
public enum MetricCondition
{
    /// <summary>Greater than the threshold.</summary>
    GT,

    /// <summary>Greater than or equal to the threshold.</summary>
    GE,

    /// <summary>Less than the threshold.</summary>
    LT,

    /// <summary>Less than or equal to the threshold.</summary>
    LE,

    /// <summary>Equal to the threshold.</summary>
    EQ,
}

/// <summary>
/// A condition on samples, with the number of repeats that make it true or false, and the event it raises.
/// </summary>
/// <remarks>
/// The sample of an aliveness collector is the share of probes answered in per cent: 100 when the target answered, 0
/// when it did not. So the printed form <c>metric_value 1, metric_cond GT</c> means "alive".
/// </remarks>
public sealed record Kpi
{
    /// <summary>The longest path that is accepted anywhere, in characters.</summary>
    public const int LongestPath = 2_048;

    /// <summary>
    /// The event raised when the condition changes (<c>event_name</c>), for example VM_ALIVE. 1 to 255 characters.
    /// </summary>
    public required string EventName { get; init; }

    /// <summary>What is asked of the target.</summary>
    public required CollectorKind Collector { get; init; }

    /// <summary>The threshold that samples are compared with (<c>metric_value</c>).</summary>
    public double Threshold { get; init; } = 1;

    /// <summary>How they are compared (<c>metric_cond</c>).</summary>
    public MetricCondition Condition { get; init; } = MetricCondition.GT;

    /// <summary>Consecutive samples that must meet the condition before it is believed true; 1 to 1,000.</summary>
    public int OccurrencesTrue { get; init; } = 1;

    /// <summary>Consecutive samples that must miss the condition before it is believed false; 1 to 1,000.</summary>
    public int OccurrencesFalse { get; init; } = 1;

    /// <summary>The time between two probes (<c>poll_frequency</c>); 100 ms to 1 day.</summary>
    public required TimeSpan PollFrequency { get; init; }

    /// <summary>
    /// How long an answer is waited for before the target counts as silent; at most the poll frequency.
    /// </summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>
    /// Whether the event is repeated with every sample while the condition lasts (<c>continuous_alarm</c>).
    /// </summary>
    public bool ContinuousAlarm { get; init; }

    /// <summary>The port of a TCP or HTTP probe; 0 for ICMP.</summary>
    public int Port { get; init; }

    /// <summary>The path and query of an HTTP probe, with its leading slash.</summary>
    public string Path { get; init; } = "/";

    /// <summary>
    /// Whether an HTTP probe speaks TLS. Certificates of targets are not verified: aliveness is asked, not identity.
    /// </summary>
    public bool Tls { get; init; }

    /// <summary>
    /// Whether this KPI says that the VM is alive: instantiation waits for it, preflight asks it, recovery listens to
    /// it.
    /// </summary>
    public bool IsAliveness { get; init; }
}
