using Microsoft.Extensions.Logging;
using Watchkeeper.Monitoring.Probes;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>Carries out what the manager orders, batch by batch: drills, the agent's file, the log.</summary>
internal sealed partial class WatchOrders(HandOver handOver, WatchOptions options, ILogger logger)
{
    /// <summary>
    /// Sets monitors up to the first refusal. Default: a drill says that this request is never answered.
    /// </summary>
    /// <param name="assignments">What to watch.</param>
    /// <param name="mayHang">Whether it may be left without an answer; else that drill refuses.</param>
    /// <param name="now">The engine's time.</param>
    public ImmutableArray<SetOutcome> Set(ImmutableArray<Assignment> assignments, bool mayHang, long now)
    {
        var outcomes = ImmutableArray.CreateBuilder<SetOutcome>(assignments.Length);
        var accepted = new List<(Assignment Assignment, ProbeEndpoint Endpoint)>(assignments.Length);
        var isHung = false;
        var seen = new HashSet<TargetId>();
        var reserved = 0;
        foreach (var assignment in assignments)
        {
            var hangs = Drilled(DrillKind.HangSet, assignment.Target);
            if (isHung = hangs && mayHang)
            {
                break;
            }

            ProbeEndpoint? endpoint = null;
            var refusal = hangs || Drilled(DrillKind.RefuseSet, assignment.Target) ? "refused by a drill"
                : !seen.Add(assignment.Target) ? "the target is named twice in one request"
                : handOver.Refusal(assignment, reserved, out endpoint);
            outcomes.Add(new SetOutcome(assignment.Target, assignment.Epoch, refusal));
            if (refusal is not null)
            {
                LogSetRefused(assignment.Target, assignment.Epoch, refusal);
                break;
            }

            reserved += handOver.IsNew(assignment) ? 1 : 0;
            accepted.Add((assignment, endpoint!));
        }

        if (!TryStore(accepted, out var reason))
        {
            return [new SetOutcome(assignments[0].Target, assignments[0].Epoch, $"the agent can't store it: {reason}")];
        }

        foreach (var (assignment, endpoint) in accepted)
        {
            handOver.Set(assignment, endpoint, now);
        }

        return isHung ? default : outcomes.DrainToImmutable();
    }

    /// <summary>Unsets monitors. Default: a drill says that this request is never answered.</summary>
    public ImmutableArray<UnsetOutcome> Unset(ImmutableArray<TargetEpoch> targets, TimeSpan hold, long now)
    {
        var outcomes = ImmutableArray.CreateBuilder<UnsetOutcome>(targets.Length);
        var isHung = false;
        foreach (var target in targets)
        {
            if (isHung = Drilled(DrillKind.HangUnset, target.Target))
            {
                break;
            }

            outcomes.Add(Drilled(DrillKind.RefuseUnset, target.Target)
                ? new UnsetOutcome(target.Target, target.Epoch, "refused by a drill", [])
                : handOver.Unset(target, hold, now));
        }

        Flush();
        return isHung ? default : outcomes.DrainToImmutable();
    }

    /// <summary>Leaves what another judges, whatever is rehearsed: a fence is no favour that one asks for.</summary>
    public ImmutableArray<UnsetOutcome> Leave(ImmutableArray<TargetEpoch> targets, long now)
    {
        var outcomes = targets.Select(target => handOver.Unset(target, TimeSpan.Zero, now)).ToImmutableArray();
        Flush();
        return outcomes;
    }

    /// <summary>Leaves what was resumed and the manager does not want any more.</summary>
    public ImmutableArray<UnsetOutcome> LeaveResumed(IReadOnlySet<TargetId> wanted, long now) =>
        Leave([.. handOver.Unnamed(wanted)], now);

    /// <summary>
    /// Writes what is not written yet. A failure is told, and the watch goes on: what is lost is fenced.
    /// </summary>
    public void Flush()
    {
        try
        {
            handOver.FlushFile();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogFileFailed(error);
        }
    }

    /// <summary>Writes the copies of the agent's file until it is cancelled; runs beside the loop.</summary>
    public Task CopyFileAsync(CancellationToken cancellationToken) =>
        handOver.File?.CopyAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Goes on with what the agent's file says, each with fresh state.</summary>
    public void Resume(long now)
    {
        if (options.AssignmentFile is not { } path)
        {
            return;
        }

        var file = AssignmentFile.Open(path, out var watched, out var left, out var unreadable);
        foreach (var target in left)
        {
            handOver.Remember(target);
        }

        foreach (var assignment in watched)
        {
            if (handOver.Refusal(assignment, 0, out var endpoint) is { } refusal)
            {
                LogSetRefused(assignment.Target, assignment.Epoch, refusal);
            }
            else
            {
                handOver.Resume(assignment, endpoint!, now);
            }
        }

        handOver.File = file;
        LogResumed(handOver.Watched, left.Length, unreadable);
    }

    private bool TryStore(List<(Assignment Assignment, ProbeEndpoint Endpoint)> accepted, out string? reason)
    {
        reason = null;
        try
        {
            foreach (var (assignment, _) in accepted)
            {
                handOver.File?.Watched(assignment);
            }

            handOver.File?.Flush();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogFileFailed(error);
            reason = error.Message;
            return false;
        }
    }

    private bool Drilled(DrillKind kind, TargetId target)
    {
        if (!options.Drills.Fails(kind))
        {
            return false;
        }

        LogDrilled(DrillSwitches.NameOf(kind), target);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Set of {Target} in epoch {Epoch} was refused: {Reason}")]
    private partial void LogSetRefused(TargetId target, AssignmentEpoch epoch, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The file of assignments could not be written")]
    private partial void LogFileFailed(Exception error);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Resumed {Count} targets from file, remembered {Left} epochs, skipped {Unreadable} unreadable lines")]
    private partial void LogResumed(int count, int left, int unreadable);

    [LoggerMessage(Level = LogLevel.Warning, Message = "DRILL {Drill}: failed {Target} on purpose")]
    private partial void LogDrilled(string drill, TargetId target);
}
