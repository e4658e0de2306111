using Simulation.Network;
using Simulation.Scheduling;
using Watchkeeper.Server.Agents;

namespace Simulation.Truth;

/// <summary>Whether the answer to an unset is sure to have been taken: whoever asked did still wait.</summary>
/// <remarks>
/// The wait begins before the question is sent: while an agent is SUSPECT, nothing is sent and the time runs. So it has
/// to have been heard all the time before; and the manager must not have stood still, which may let the wait end first.
/// </remarks>
internal sealed class UnsetAnswers(World world)
{
    // What an unset is waited for, less what the answer needs within the manager.
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2) - TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<SimulatedLink, (TimeSpan Last, TimeSpan Steady)> _heard = [];
    private readonly Dictionary<(SimulatedLink Link, long Request), TimeSpan> _asked = [];

    /// <summary>Something has come over a link.</summary>
    public void Heard(SimulatedLink link)
    {
        var now = world.Scheduler.Now;
        var had = _heard.GetValueOrDefault(link, (TimeSpan.MinValue, now));
        var isSteady = had.Item1 > TimeSpan.MinValue && now - had.Item1 < AgentLife.SuspectAfter;
        _heard[link] = (now, isSteady ? had.Item2 : now);
    }

    /// <summary>The manager asks an agent to leave VMs.</summary>
    public void Asked(SimulatedLink link, long request) => _asked[(link, request)] = world.Scheduler.Now;

    /// <summary>
    /// Whether an answer that has come just now over a link was waited for: the first one was. Of a request that the
    /// network repeats, the second answer may overtake the first, and says that nothing is held any more.
    /// </summary>
    public bool TakeWaitedFor(SimulatedLink link, long request) =>
        _asked.Remove((link, request), out var asked)
        && asked - _heard[link].Steady > Wait
        && IsWaitedFor(asked);

    /// <summary>Whether who asked then, and at once, waits still.</summary>
    public bool IsWaitedFor(TimeSpan asked) => world.Scheduler.Now - asked < Wait && !HasStoodStill(asked);

    /// <summary>Whether the manager has stood still since.</summary>
    public bool HasStoodStill(TimeSpan since) => world.Server.Node is Node { ThawedAt: var thawed } && thawed >= since;
}
