using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents.Reconciling;

/// <summary>
/// Compares, again and again, what agents are to hold with what they show that they hold: an agent tells of every
/// probe.
/// </summary>
/// <remarks>
/// A VM of which its agent has long told nothing is not watched, whatever its mark says. The other direction needs no
/// beat: what an agent watches beyond what it is given is fenced as soon as it tells of it, and unset.
/// </remarks>
internal sealed partial class SilenceWatch(
    Assignments assignments, AgentDirectory directory, MonitorMarks marks, TimeProvider time,
    ILogger<SilenceWatch> logger)
{
    /// <summary>The time between two comparisons.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Probes that an agent may leave out before a VM counts as not watched, and a while beyond.</summary>
    private const int MostMissed = 3;

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    // Well below the slack, so that what is less late does no harm.
    private static readonly TimeSpan MostLate = TimeSpan.FromSeconds(2);

    // When a VM without any report was first seen without one. Touched by the one loop only.
    private Dictionary<TargetEpoch, long> _untold = [];

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var from = time.GetTimestamp();
            await Task.Delay(Interval, time, cancellationToken);
            try
            {
                await LookAsync(time.GetElapsedTime(from) - Interval, cancellationToken);
            }
            catch (StoreUnavailableException unavailable)
            {
                LogNotMarked(unavailable.Message);
            }
        }
    }

    /// <summary>Compares, unless the look is so late that the manager stood still: then it has not heard yet what
    /// agents told meanwhile.</summary>
    public Task LookAsync(TimeSpan late, CancellationToken cancellationToken) =>
        late > MostLate ? Task.CompletedTask : CompareAsync(cancellationToken);

    /// <summary>Compares once, and marks what is not watched UNWATCHED: the reconciler sets it anew.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        var untold = new Dictionary<TargetEpoch, long>();
        foreach (var (name, agent) in directory.Snapshot())
        {
            var watched = assignments.Of(name)
                .Where(vnfc => vnfc.Vnfc.Monitor == MonitorState.Set && vnfc.Vnfc.IsToBeWatched());
            switch (agent.State)
            {
                case AgentState.Online:
                    ImmutableArray<WatchedVnfc> silent =
                        [.. watched.Where(vnfc => SilenceOf(vnfc, agent, untold) > PatienceWith(vnfc))];
                    await MarkAsync(name, silent, cancellationToken);
                    break;

                case AgentState.Offline when watched.Any():
                    // Its answer to a set was stored after its loss.
                    marks.AgentLost(name);
                    break;
            }
        }

        _untold = untold;
    }

    private TimeSpan SilenceOf(WatchedVnfc vnfc, KnownAgent agent, Dictionary<TargetEpoch, long> untold)
    {
        var target = new TargetEpoch(vnfc.Target, new AssignmentEpoch(vnfc.Vnfc.Epoch));
        if (agent.Reports.AgeOf(target) is { } age)
        {
            return age;
        }

        var since = _untold.GetValueOrDefault(target, time.GetTimestamp());
        untold[target] = since;
        return time.GetElapsedTime(since);
    }

    private static TimeSpan PatienceWith(WatchedVnfc vnfc) =>
        (MostMissed * vnfc.Monitoring.Kpis.Min(kpi => kpi.PollFrequency)) + Slack;

    private async Task MarkAsync(
        string agent, ImmutableArray<WatchedVnfc> silent, CancellationToken cancellationToken)
    {
        if (silent.IsEmpty)
        {
            return;
        }

        LogSilent(agent, silent.Length);
        await Task.WhenAll(silent.Select(vnfc => marks.MarkAsync(
            new TargetEpoch(vnfc.Target, new AssignmentEpoch(vnfc.Vnfc.Epoch)),
            MonitorState.Unwatched,
            [],
            cancellationToken)));
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Agent} tells nothing of {Count} VMs that it is to watch: they are set anew")]
    private partial void LogSilent(string agent, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "VMs that are not watched could not be marked: {Why}")]
    private partial void LogNotMarked(string why);
}
