namespace Watchkeeper.Monitoring.Agents;

/// <summary>Which targets have something to tell: the latest level only, so that it never holds more than there are targets.</summary>
/// <remarks>Not safe by itself: the engine's lock is held by whoever calls.</remarks>
internal sealed class ReportBoard(WatchTables tables)
{
    private readonly Queue<int> _verdicts = new();
    private readonly Queue<int> _changes = new();
    private readonly List<TaskCompletionSource> _waiting = [];

    /// <summary>Notes that counters of a target moved.</summary>
    public void Changed(int target) => Note(target, ReportNews.Counters);

    /// <summary>Notes that a belief of a target is to be told at once.</summary>
    public void Decided(int target)
    {
        Note(target, ReportNews.Verdict);
        foreach (var waiting in _waiting)
        {
            waiting.TrySetResult();
        }

        _waiting.Clear();
    }

    /// <summary>Completes when there is a verdict.</summary>
    public TaskCompletionSource NextVerdict()
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (_verdicts.TryPeek(out var index) && tables.Target(index).News != ReportNews.Verdict)
        {
            // Left, or told already with its counters.
            tables.Target(_verdicts.Dequeue()).IsQueuedAsVerdict = false;
        }

        if (_verdicts.Count > 0)
        {
            waiting.TrySetResult();
        }
        else
        {
            _waiting.RemoveAll(earlier => earlier.Task.IsCompleted);
            _waiting.Add(waiting);
        }

        return waiting;
    }

    /// <summary>Makes the level of every watched target news.</summary>
    public void TellAll()
    {
        foreach (var index in tables.Indexes)
        {
            ref var target = ref tables.Target(index);
            if (!target.IsAsleep)
            {
                target.IsGapNews = target.Gap is not null;
                Decided(index);
            }
        }
    }

    /// <summary>Takes the latest level of each target that has something to tell, verdicts first.</summary>
    public ImmutableArray<MonitorReport> Take(int most, bool verdictsOnly, long now)
    {
        var reports = ImmutableArray.CreateBuilder<MonitorReport>();
        while (reports.Count < most && _verdicts.TryDequeue(out var index))
        {
            ref var target = ref tables.Target(index);
            target.IsQueuedAsVerdict = false;
            if (target.News == ReportNews.Verdict)
            {
                reports.Add(Report(ref target, now));
            }
        }

        while (!verdictsOnly && reports.Count < most && _changes.TryDequeue(out var index))
        {
            ref var target = ref tables.Target(index);
            target.IsQueuedAsChange = false;
            if (target.News != ReportNews.None)
            {
                reports.Add(Report(ref target, now));
            }
        }

        return reports.DrainToImmutable();
    }

    /// <summary>The state of every KPI of a target, as it is handed over or told now.</summary>
    public ImmutableArray<CarriedKpi> Levels(in WatchTarget target, long now)
    {
        var levels = ImmutableArray.CreateBuilder<CarriedKpi>(target.Assignment.Kpis.Length);
        for (var index = target.FirstSlot; index != WatchTables.None;)
        {
            ref var slot = ref tables.Slot(index);
            TimeSpan? since = slot.LastSent == WatchTables.Never ? null : TimeSpan.FromTicks(now - slot.LastSent);
            levels.Add(new CarriedKpi(
                slot.Kpi.EventName, slot.State, since, TimeSpan.FromTicks(slot.Due - now), slot.Raised));
            index = slot.NextOfTarget;
        }

        return levels.DrainToImmutable();
    }

    private MonitorReport Report(ref WatchTarget target, long now)
    {
        var isVerdict = target.News == ReportNews.Verdict;
        var gap = target.IsGapNews ? target.Gap : null;
        target.News = ReportNews.None;
        target.IsGapNews = false;
        return new MonitorReport(target.Id, target.Epoch, isVerdict, Levels(target, now), gap);
    }

    private void Note(int index, ReportNews news)
    {
        ref var target = ref tables.Target(index);
        if (target.News < news)
        {
            target.News = news;
        }

        if (news == ReportNews.Verdict && !target.IsQueuedAsVerdict)
        {
            target.IsQueuedAsVerdict = true;
            _verdicts.Enqueue(index);
        }
        else if (news == ReportNews.Counters && !target.IsQueuedAsChange)
        {
            target.IsQueuedAsChange = true;
            _changes.Enqueue(index);
        }
    }
}
