using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;

namespace Server.Tests.Operations;

/// <summary>An agent without probes: keeps what it is told, and fails as the test says.</summary>
internal sealed class FakeAgent(string name) : IMonitoringAgent
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TargetId, AssignmentEpoch> _watched = [];

    /// <summary>What it was asked, in order, for example <c>set 2</c>.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Assignments as they were sent to it.</summary>
    public List<Assignment> Sent { get; } = [];

    /// <summary>Targets that it is told to forget.</summary>
    public List<TargetEpoch> Released { get; } = [];

    /// <summary>Sets that it takes before it refuses the next one; null: it takes all.</summary>
    public int? SetsBeforeRefusal { get; set; }

    /// <summary>How many sets it refuses then; the rest is taken again.</summary>
    public int Refusals { get; set; } = int.MaxValue;

    /// <summary>Whether it refuses to unset.</summary>
    public bool RefusesUnset { get; set; }

    /// <summary>Whether nobody reaches it.</summary>
    public bool IsLost { get; set; }

    /// <summary>Completes when it is asked something that it never answers; null: it answers.</summary>
    public TaskCompletionSource? Hangs { get; set; }

    /// <summary>What happens while it is asked to take VMs; null: nothing.</summary>
    public Func<Task>? WhileSet { get; set; }

    /// <summary>Addresses that it does not see.</summary>
    public HashSet<string> Blind { get; } = [];

    /// <summary>Looks that it is too busy for, and says so.</summary>
    public int BusyLooks { get; set; }

    /// <summary>What it hands over of each target.</summary>
    public ImmutableArray<CarriedKpi> State { get; set; } =
        [new("VM_ALIVE", new KpiState(true, 0, 2), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), 1)];

    /// <summary>What it watches now.</summary>
    public IReadOnlyDictionary<TargetId, AssignmentEpoch> Watched
    {
        get
        {
            lock (_lock)
            {
                return _watched.ToDictionary();
            }
        }
    }

    /// <summary>Makes it watch a target as if it always had.</summary>
    public void Hold(TargetId target, long epoch) => _watched[target] = new AssignmentEpoch(epoch);

    public async Task<ImmutableArray<SetOutcome>> SetAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken)
    {
        await BeReachedAsync($"set {assignments.Length}", cancellationToken);
        await (WhileSet?.Invoke() ?? Task.CompletedTask);
        var outcomes = ImmutableArray.CreateBuilder<SetOutcome>();
        lock (_lock)
        {
            foreach (var assignment in assignments)
            {
                Sent.Add(assignment);
                if (SetsBeforeRefusal is { } left && left <= 0 && Refusals > 0)
                {
                    Refusals--;
                    outcomes.Add(new SetOutcome(assignment.Target, assignment.Epoch, $"{name} refuses"));
                    break;
                }

                SetsBeforeRefusal--;
                _watched[assignment.Target] = assignment.Epoch;
                outcomes.Add(new SetOutcome(assignment.Target, assignment.Epoch, null));
            }
        }

        return outcomes.ToImmutable();
    }

    public async Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken)
    {
        await BeReachedAsync($"unset {targets.Length}", cancellationToken);
        lock (_lock)
        {
            return
            [
                .. targets.Select(target => RefusesUnset
                    ? new UnsetOutcome(target.Target, target.Epoch, $"{name} refuses", [])
                    : _watched.Remove(target.Target, out var held)
                        ? new UnsetOutcome(target.Target, target.Epoch, null, State) { CountedUnder = held }
                        : new UnsetOutcome(target.Target, target.Epoch, null, [])),
            ];
        }
    }

    public void Release(ImmutableArray<TargetEpoch> targets) => Released.AddRange(targets);

    public async Task<ImmutableArray<LookOutcome>> LookAsync(
        ImmutableArray<LookRequest> targets, CancellationToken cancellationToken)
    {
        await BeReachedAsync($"look {targets.Length}", cancellationToken);
        if (BusyLooks > 0)
        {
            BusyLooks--;
            return [.. targets.Select(target => new LookOutcome(target.Target, ProbeAnswer.Unknown("busy")))];
        }

        return
        [
            .. targets.Select(target => new LookOutcome(
                target.Target,
                Blind.Contains(target.Address) ? ProbeAnswer.Silent("no answer") : ProbeAnswer.Alive)),
        ];
    }

    private async Task BeReachedAsync(string asked, CancellationToken cancellationToken)
    {
        Asked.Add(asked);
        if (IsLost)
        {
            throw new AgentLostException($"{name} is lost");
        }

        if (Hangs is { } hangs)
        {
            hangs.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }
}
