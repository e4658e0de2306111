using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>The limits of the link, each with its name.</summary>
public static class LinkLimits
{
    /// <summary>Messages that wait in each direction. A full queue makes its writer wait, or lose what is safe to
    /// lose.</summary>
    public const int Queue = 64;

    /// <summary>Requests that an agent works on at once; it reads no further until one is answered.</summary>
    public const int RequestsAtOnce = 256;

    /// <summary>The largest message that is read: 500 targets of 32 KPIs of about 2.8 kB with their states; usual are
    /// 500 kB.</summary>
    public const int MessageBytes = 48 * 1024 * 1024;

    /// <summary>Targets that one agent may name in its holdings or reports: as many as the largest can hold and
    /// remember.</summary>
    public static readonly int TargetsPerAgent = AgentLimits.MostNamed(AgentLimits.LargestCapacity);

    /// <summary>The longest site, version or reason that is accepted, in characters.</summary>
    public const int TextLength = 1_000;

    /// <summary>How long either side waits for the other's first message.</summary>
    public static readonly TimeSpan JoinWait = TimeSpan.FromSeconds(5);

    /// <summary>How long a TCP connect may take.</summary>
    public static readonly TimeSpan ConnectWait = TimeSpan.FromSeconds(2);

    /// <summary>How long the end of a session waits for what is still queued to be sent.</summary>
    public static readonly TimeSpan CloseWait = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an agent bears a server that says nothing (every heartbeat is answered) before it dials
    /// anew.</summary>
    public static readonly TimeSpan ServerSilence = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait before the first try to come back after a session.</summary>
    public static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait between two tries to connect.</summary>
    public static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(1);

    /// <summary>The shortest wait after a refusal; as much again is added by chance.</summary>
    public static readonly TimeSpan RefusedBackOff = TimeSpan.FromSeconds(10);

    /// <summary>How long a restarted or woken agent waits for the manager's answer before it watches from its own
    /// file.</summary>
    public static readonly TimeSpan ResumeAfter = TimeSpan.FromSeconds(1);
}
