using Simulation.Network;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Monitoring.Rules;

namespace Simulation.Truth;

/// <summary>What the manager has been told of each VM's counters, and what it hands to the next agent.</summary>
internal sealed class CounterLog(World world)
{
    // What comes within it may be taken before or after what is decided then.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    private readonly Dictionary<TargetId, Told> _told = [];
    private readonly HashSet<(string, TargetId, AssignmentEpoch, bool?)> _said = [];

    /// <summary>The time.</summary>
    public TimeSpan Now => world.Scheduler.Now;

    /// <summary>Which answers of unsets were waited for.</summary>
    public UnsetAnswers Answers { get; } = new(world);

    /// <summary>The levels behind it.</summary>
    public SaidLevels Levels { get; } = new();

    /// <summary>Whether an agent has ever told the manager so of a VM, under that epoch.</summary>
    public bool HasSaid(string agent, TargetId target, long epoch, bool isAlive) =>
        _said.Contains((agent, target, new AssignmentEpoch(epoch), isAlive));

    /// <summary>A message of an agent has come to the manager, maybe in a session that is just ending.</summary>
    public void Came(string agent, AgentMessage message, SimulatedLink link, bool isInSession)
    {
        Answers.Heard(link);
        switch (message)
        {
            case AgentMessage.Heartbeat beat:
                Reported(agent, beat.Moved, isInSession, link);
                break;
            case AgentMessage.Reports reports:
                Reported(agent, reports.Batch, isInSession, link);
                break;
            case AgentMessage.UnsetResult result when isInSession:
                Left(agent, result.Outcomes, Answers.TakeWaitedFor(link, result.Request), link);
                break;
        }
    }

    public void Reported(
        string agent, ImmutableArray<MonitorReport> reports, bool isInSession = true, SimulatedLink? link = null)
    {
        foreach (var report in reports)
        {
            Levels.Reported(agent, report);
            foreach (var kpi in report.Kpis)
            {
                _said.Add((agent, report.Target, report.Epoch, kpi.State.Believed));
            }

            if (isInSession && IsJudge(agent, report.Target, report.Epoch))
            {
                Note(report.Target, report.Epoch, report.Kpis, isLeft: false, link);
            }
            else if (_told.TryGetValue(report.Target, out var told))
            {
                // A former holder that goes on: what it says later may be taken for better knowledge, or not.
                told.Later.Add((report.Epoch, report.Kpis));
            }
        }
    }

    /// <summary>
    /// What the manager has been told by a VM's judge for so long that it must be stored; null when nothing is.
    /// </summary>
    public (AssignmentEpoch Epoch, string State, TimeSpan Since)? Lasting(TargetId target, TimeSpan atLeast) =>
        _told.TryGetValue(target, out var told)
        && !told.IsLeft
        && told.Later.Count == 0
        && Now - told.Since >= atLeast
        && told.Since >= world.Server.ServesSince
        && !Answers.HasStoodStill(told.Since)
        && !(told.Link?.OverAt is { } over && over - told.At < Moment)
            ? (told.Epoch, StateOf(told.Kpis), told.Since)
            : null;

    /// <summary>An agent has left VMs, and handed their counters over.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="outcomes">What it said.</param>
    /// <param name="isTaken">Whether that is sure to have been taken: it was waited for.</param>
    /// <param name="link">The link over which it came; null for the local MONA.</param>
    public void Left(
        string agent, ImmutableArray<UnsetOutcome> outcomes, bool isTaken, SimulatedLink? link = null)
    {
        foreach (var outcome in outcomes.Where(outcome => outcome is { IsUnset: true, Carried.IsEmpty: false }))
        {
            Levels.Known(outcome.Target, outcome.CountedUnder, outcome.Carried);
            var told = _told.GetValueOrDefault(outcome.Target);
            if (IsJudge(agent, outcome.Target, outcome.CountedUnder)
                || (IsLastHolder(agent, outcome) && !(told?.Epoch > outcome.CountedUnder)))
            {
                Note(outcome.Target, outcome.CountedUnder, outcome.Carried, isLeft: true, link);
                _told[outcome.Target] = _told[outcome.Target] with { IsTaken = isTaken };
            }
            else
            {
                told?.Later.Add((outcome.CountedUnder, outcome.Carried));
            }
        }
    }

    /// <summary>The manager hands VMs to an agent.</summary>
    public void Given(string agent, ImmutableArray<Assignment> assignments)
    {
        world.Claims.Given(agent, assignments);
        foreach (var assignment in assignments)
        {
            if (world.Truth.Find(assignment.Target) is { } row && row.Vnfc.Epoch < assignment.Epoch.Value)
            {
                world.Violate(
                    "stored-before-sent",
                    $"{agent} is given {world.Names.Of(assignment.Target)} under epoch {assignment.Epoch.Value}, and "
                    + $"{row.Vnfc.Epoch} is stored.");
            }

            if (!_told.TryGetValue(assignment.Target, out var told)
                || told.Epoch >= assignment.Epoch
                || !IsJudge(agent, assignment.Target, assignment.Epoch))
            {
                continue;
            }

            var given = StateOf(assignment.Carried);
            var wanted = WantedOf(told, assignment);

            if (!wanted.Select(StateOf).Contains(given, StringComparer.Ordinal))
            {
                world.Violate(
                    "counters-travel",
                    $"{agent} is given {world.Names.Of(assignment.Target)} (epoch {assignment.Epoch.Value}) with "
                    + $"[{given}], and the manager was told [{string.Join("] or [", wanted.Select(StateOf))}] "
                    + $"{(world.Scheduler.Now - told.At).TotalSeconds:0.00} s ago.");
            }

            LookAtTimes(agent, assignment, told);
        }
    }

    // The answer to an unset that was taken is all that counts: also when its agent probed last.
    private void LookAtTimes(string agent, Assignment assignment, Told told)
    {
        var waited = world.Scheduler.Now - told.At;
        foreach (var (given, left) in assignment.Carried.Zip(told.Kpis))
        {
            if (IsSure(told) && told.Later.Count == 0
                && given.SinceLastProbe is { } since && left.SinceLastProbe + waited is { } wanted
                && (since - wanted).Duration() > World.Poll / 2)
            {
                world.Violate(
                    "counters-travel",
                    $"{agent} is given {world.Names.Of(assignment.Target)} (epoch {assignment.Epoch.Value}) as probed "
                    + $"{since.TotalSeconds:0.00} s ago, and by the answer of who left it that was "
                    + $"{wanted.TotalSeconds:0.00} s ago.");
            }
        }
    }

    private bool IsSure(Told told) => told is { IsLeft: true, IsTaken: true }
        && told.At >= world.Server.ServesSince
        && !Answers.HasStoodStill(told.At)
        && world.Scheduler.Now - told.At >= Moment
        && !(told.Link?.OverAt is { } over && over - told.At < Moment);

    // The answer to an unset may have come too late to be taken, and the latest report too late for what was decided
    // at this moment: then the report before it counts. Nor is what came just when its session ended sure to have been
    // taken, or when the manager then stood still. Of an earlier epoch nobody knows better.
    private List<ImmutableArray<CarriedKpi>> WantedOf(Told told, Assignment assignment)
    {
        var isOfEarlierLife = told.At < world.Server.ServesSince;
        var wanted = told.Later.Where(later => isOfEarlierLife || later.Epoch >= told.Epoch)
            .Select(later => later.Kpis).Append(told.Kpis).ToList();
        if (!IsSure(told) && (told.IsLeft || world.Scheduler.Now - told.At < Moment
            || (told.Link?.OverAt is { } over && over - told.At < Moment)))
        {
            wanted.AddRange(told.Before);
        }

        // In an earlier life of the manager: what is stored is all that it knows.
        if (isOfEarlierLife && world.Truth.Levels.TryGetValue(assignment.Target, out var level))
        {
            wanted.Add(level.Kpis);
        }

        // A failure that was never stored, and may be over since a probe is overdue, is open until the next silence.
        var isOpen = world.Truth.Find(assignment.Target) is { Vnfc.State: VmState.Alive }
            && assignment.Carried.Any(kpi => kpi.UntilDue <= TimeSpan.Zero);
        return isOpen ? [.. wanted.Select(Opened)] : wanted;
    }

    private static ImmutableArray<CarriedKpi> Opened(ImmutableArray<CarriedKpi> kpis) =>
    [
        .. kpis.Select(kpi => kpi.State.Believed != false ? kpi : kpi with
        {
            State = new KpiState(null, kpi.State.Trues, Math.Max(kpi.State.Falses, World.MostSilences - 1)),
        }),
    ];

    private bool IsJudge(string agent, TargetId target, AssignmentEpoch epoch) =>
        world.Truth.Find(target) is { } row && row.Vnfc.Agent == agent && row.Vnfc.Epoch == epoch.Value;

    // It is asked once more before the next set, and its answer is what that goes with.
    private bool IsLastHolder(string agent, UnsetOutcome outcome) => world.Truth.Find(outcome.Target) is { } row
        && row.Vnfc.HeldBy == agent && row.Vnfc.HeldEpoch == outcome.CountedUnder.Value;

    private void Note(
        TargetId target, AssignmentEpoch epoch, ImmutableArray<CarriedKpi> kpis, bool isLeft,
        SimulatedLink? link = null)
    {
        var told = _told.GetValueOrDefault(target);
        if (!isLeft)
        {
            world.Claims.Came(target, epoch, kpis);
        }

        ImmutableArray<ImmutableArray<CarriedKpi>> before = told is null ? []
            : world.Scheduler.Now - told.At < Moment ? told.Before.Add(told.Kpis)
            : [told.Kpis];
        var isSame = told is { IsLeft: false } && told.Epoch == epoch && StateOf(told.Kpis) == StateOf(kpis);
        _told[target] = new Told(epoch, kpis, before, isLeft, Now, link) { Since = isSame ? told!.Since : Now };
    }

    public static string StateOf(ImmutableArray<CarriedKpi> kpis) => string.Join(
        ", ", kpis.Select(kpi =>
            $"{kpi.EventName} {kpi.State.Believed} {kpi.State.Trues}/{kpi.State.Falses} raised {kpi.Raised}"));

    private sealed record Told(
        AssignmentEpoch Epoch, ImmutableArray<CarriedKpi> Kpis,
        ImmutableArray<ImmutableArray<CarriedKpi>> Before, bool IsLeft, TimeSpan At, SimulatedLink? Link)
    {
        /// <summary>What others said since.</summary>
        public List<(AssignmentEpoch Epoch, ImmutableArray<CarriedKpi> Kpis)> Later { get; init; } = [];

        /// <summary>Since when the same is said.</summary>
        public required TimeSpan Since { get; init; }

        /// <summary>Whether it is an answer that was waited for.</summary>
        public bool IsTaken { get; init; }
    }
}
