using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Drills;

/// <summary>A drill with how often its occasion came, and who is held by it.</summary>
internal sealed record DrillProgress(ServerDrill Drill, long Seen, ImmutableArray<OperationId> Held);

/// <summary>The server's drill switches: failures rehearsed by hand. Off unless asked for.</summary>
/// <param name="endProcess">Ends the process at once, as if it had been killed; told why.</param>
/// <param name="logger">The log.</param>
internal sealed partial class ServerDrills(Action<string> endProcess, ILogger<ServerDrills> logger) : IJournalGate
{
    private readonly Lock _lock = new();
    private ImmutableArray<Switched> _drills = [];

    /// <summary>What is switched on now.</summary>
    public ImmutableArray<DrillProgress> Active
    {
        get
        {
            lock (_lock)
            {
                return [.. _drills.Select(switched =>
                    new DrillProgress(switched.Drill, switched.Seen, [.. switched.Held]))];
            }
        }
    }

    /// <summary>Switches on exactly these, each from its beginning; what is held goes on.</summary>
    public void Replace(ImmutableArray<ServerDrill> drills)
    {
        ImmutableArray<Switched> before;
        lock (_lock)
        {
            before = _drills;
            _drills = [.. drills.Select(drill => new Switched(drill))];
        }

        foreach (var drill in drills)
        {
            LogOn(drill.Name, drill.What, drill.After, drill.Times?.ToString() ?? "all");
        }

        if (!before.IsEmpty && drills.IsEmpty)
        {
            LogOff();
        }

        foreach (var switched in before)
        {
            switched.Gone.TrySetResult();
        }
    }

    /// <summary>Counts one service update; how it is to fail, or null when it is not.</summary>
    public string? NextUpdate(ServerDrillKind kind)
    {
        lock (_lock)
        {
            var fires = _drills.Where(switched => switched.Drill.Kind == kind && switched.Fires())
                .Select(switched => switched.Drill.What).FirstOrDefault();
            if (fires is not null)
            {
                LogFired(ServerDrill.NameOf(kind), fires, "the service update");
            }

            return fires;
        }
    }

    /// <inheritdoc />
    public async Task PassAsync(JournalPoint point, bool isStored, CancellationToken cancellationToken)
    {
        ImmutableArray<Switched> fired;
        lock (_lock)
        {
            fired = [.. _drills.Where(switched =>
                switched.Drill.IsAtPoint
                && JournalPoints.Matches(switched.Drill.What, point, isStored)
                && switched.Fires())];
        }

        var id = point.Occurrence.Id;
        foreach (var switched in fired)
        {
            LogFired(switched.Drill.Name, switched.Drill.What, id);
            if (switched.Drill.Kind == ServerDrillKind.CrashAt)
            {
                endProcess($"DRILL crashAt {switched.Drill.What}: the server ends itself at {id}");
            }

            await HoldAsync(switched, id, isStored, cancellationToken);
        }
    }

    private async Task HoldAsync(
        Switched switched, OperationId id, bool isStored, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            switched.Held.Add(id);
        }

        try
        {
            await switched.Gone.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (isStored && cancellationToken.IsCancellationRequested)
        {
            // Cancelled means that nothing was stored, which here would not be true.
        }
        finally
        {
            lock (_lock)
            {
                switched.Held.Remove(id);
            }
        }
    }

    private sealed class Switched(ServerDrill drill)
    {
        public ServerDrill Drill => drill;

        public long Seen { get; private set; }

        public List<OperationId> Held { get; } = [];

        public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Fires()
        {
            Seen++;
            return Seen > drill.After && (drill.Times is not { } times || Seen <= (long)drill.After + times);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "DRILL {Drill} {What} is on: after {After} occasions, {Times} fail on purpose")]
    private partial void LogOn(string drill, string what, int after, string times);

    [LoggerMessage(Level = LogLevel.Warning, Message = "DRILLS of the server are off")]
    private partial void LogOff();

    [LoggerMessage(Level = LogLevel.Warning, Message = "DRILL {Drill} {What}: failed {Subject} on purpose")]
    private partial void LogFired(string drill, string what, object subject);
}
