using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;

namespace Simulation.Truth;

/// <summary>
/// What agents say of VMs that are down, held against the probes: whether so many stayed unanswered in a row.
/// </summary>
/// <remarks>
/// A row of silences goes over all judges whose state travelled. It is broken by an answer that the agent itself has
/// heard since it took the VM, and by one that the manager knew of when it gave the VM away: what was told by a judge,
/// or handed over. An answer that died with its agent, or with the manager before it was stored, breaks nothing: state
/// comes from what was reported last. Where it can't be said for sure whether an answer counted, it did not.
/// </remarks>
internal sealed class Claims(World world)
{
    // An answer is counted with the engine's next tick at the latest.
    private static readonly TimeSpan Uncertain = 1.5 * World.Tick;

    // What comes within it may be taken before or after what is decided then.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<(string Agent, TargetId Target), TimeSpan> _taken = [];
    private readonly Dictionary<(string Agent, TargetId Target), (TimeSpan From, TimeSpan To)> _left = [];
    private readonly Dictionary<(string Agent, TargetId Target, AssignmentEpoch Epoch), Claim> _claims = [];
    private readonly Dictionary<Fingerprint, TimeSpan> _answers = [];
    private readonly Dictionary<TargetId, List<(TimeSpan Came, TimeSpan Answer)>> _known = [];
    private readonly Dictionary<TargetId, TimeSpan> _stored = [];
    private readonly Dictionary<(string Agent, TargetId Target, AssignmentEpoch Epoch), TimeSpan> _given = [];

    /// <summary>Why an agent was wrong to find a VM down; null when it was right, or has not said so.</summary>
    public string? Objection(string agent, TargetId target, long epoch) =>
        _claims.GetValueOrDefault((agent, target, new AssignmentEpoch(epoch)))?.Objection;

    /// <summary>An agent has been given VMs: what it hears from now on it counts under the new epochs.</summary>
    public void Taken(string agent, IEnumerable<TargetId> targets)
    {
        foreach (var target in targets)
        {
            _taken[(agent, target)] = world.Scheduler.Now;
        }
    }

    /// <summary>An agent has left VMs, which it was asked to do then, and hands their counters over.</summary>
    public void Left(string agent, TimeSpan asked, ImmutableArray<UnsetOutcome> outcomes)
    {
        foreach (var outcome in outcomes.Where(outcome => outcome.IsUnset))
        {
            _left[(agent, outcome.Target)] = (asked, world.Scheduler.Now);
            world.Probes.GaveUp(agent, world.VmOf(new VnfcId(outcome.Target.Value)), asked);
            Note(agent, outcome.Target, outcome.CountedUnder, outcome.Carried, asked);
        }
    }

    /// <summary>An agent says how VMs are.</summary>
    public void Said(string agent, ImmutableArray<MonitorReport> reports)
    {
        foreach (var report in reports)
        {
            Note(agent, report.Target, report.Epoch, report.Kpis, world.Scheduler.Now);
            var key = (agent, report.Target, report.Epoch);
            if (!report.Kpis.Any(kpi => kpi.State.Believed == false))
            {
                _claims.Remove(key);
            }
            else if (!_claims.ContainsKey(key))
            {
                _claims[key] = new Claim(ObjectionTo(agent, report));
            }
        }
    }

    /// <summary>What the manager was told by a judge, or handed over by the last one, has come.</summary>
    public void Came(TargetId target, AssignmentEpoch epoch, ImmutableArray<CarriedKpi> kpis)
    {
        if (Find(target, epoch, kpis) is { } answer)
        {
            if (!_known.TryGetValue(target, out var known))
            {
                _known[target] = known = [];
            }

            known.Add((world.Scheduler.Now, answer));
        }
    }

    /// <summary>The manager has stored what it was told.</summary>
    public void Stored(Commit commit)
    {
        foreach (var (_, level) in commit.Levels)
        {
            if (Find(level.Target, level.Epoch, level.Kpis) is { } answer
                && answer > _stored.GetValueOrDefault(level.Target))
            {
                _stored[level.Target] = answer;
            }
        }
    }

    /// <summary>The manager gives VMs to an agent, with what it knows of them.</summary>
    public void Given(string agent, ImmutableArray<Assignment> assignments)
    {
        foreach (var assignment in assignments)
        {
            _given.TryAdd((agent, assignment.Target, assignment.Epoch), KnownAnswerOf(assignment.Target));
        }
    }

    private TimeSpan KnownAnswerOf(TargetId target)
    {
        var (latest, now) = (_stored.GetValueOrDefault(target, TimeSpan.MinValue), world.Scheduler.Now);
        foreach (var (_, answer) in _known.GetValueOrDefault(target, [])
            .Where(one => one.Came >= world.Server.ServesSince && one.Came < now - Moment))
        {
            latest = answer > latest ? answer : latest;
        }

        return latest;
    }

    private void Note(
        string agent, TargetId target, AssignmentEpoch epoch, ImmutableArray<CarriedKpi> kpis, TimeSpan moment)
    {
        // Only what says that the last probe was answered is told of that answer.
        if (kpis.Any(kpi => kpi.State is { Falses: 0, Trues: > 0 })
            && LastHeard(agent, target, moment) is var heard && heard > TimeSpan.MinValue)
        {
            _answers.TryAdd(Fingerprint.Of(target, epoch, kpis), heard);
        }
    }

    private TimeSpan? Find(TargetId target, AssignmentEpoch epoch, ImmutableArray<CarriedKpi> kpis) =>
        !kpis.IsEmpty && _answers.TryGetValue(Fingerprint.Of(target, epoch, kpis), out var answer) ? answer : null;

    private string? ObjectionTo(string agent, MonitorReport report)
    {
        var (now, vm) = (world.Scheduler.Now, world.VmOf(new VnfcId(report.Target.Value)));
        var heard = LastHeard(agent, report.Target, now - Uncertain);
        var given = _given.GetValueOrDefault((agent, report.Target, report.Epoch), TimeSpan.MinValue);
        var last = heard > given ? heard : given;
        var silences = world.Probes.Of(vm).TakeWhile(probe => probe.At > last)
            .Count(probe => probe is { IsLook: false, IsOfHolder: true } && probe.IsSilentBy(now));
        return silences >= World.MostSilences
            ? null
            : $"at {now.TotalSeconds:0.00} s, after {silences} unanswered probes since "
                + (last > TimeSpan.MinValue ? $"the answer to that of {last.TotalSeconds:0.00} s." : "the beginning.");
    }

    // The last answered probe that an agent counted under its present epoch.
    private TimeSpan LastHeard(string agent, TargetId target, TimeSpan moment)
    {
        var life = agent == AgentAddress.LocalName
            ? world.Server.ServesSince
            : world.Agents.Single(one => one.Name == agent).RunsSince;
        var taken = _taken.GetValueOrDefault((agent, target));
        var since = life > taken ? life.Value : taken;
        var (from, to) = _left.GetValueOrDefault((agent, target), (TimeSpan.MaxValue, TimeSpan.MaxValue));
        return world.Probes.Of(world.VmOf(new VnfcId(target.Value)))
            .TakeWhile(probe => probe.At >= since)
            .FirstOrDefault(probe => !probe.IsLook && probe.Agent == agent && probe.IsAnsweredBy(moment)
                && !(from <= probe.HeardAt && probe.At <= to))?.At ?? TimeSpan.MinValue;
    }

    // Told once when it begins to say so, and held to it until it says otherwise.
    private sealed record Claim(string? Objection);
}
