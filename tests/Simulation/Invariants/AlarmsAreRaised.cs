using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Reconciling;
using Watchkeeper.Server.Faults;

namespace Simulation.Invariants;

/// <summary>What lasts as long as it was configured has its alarm open; an agent that is back has none.</summary>
/// <remarks>Only time counts in which the manager runs: what it knew of it ends with it.</remarks>
internal sealed class AlarmsAreRaised : IInvariant
{
    // Looks are so far apart: one may find what the one before just missed, one may meet a row that changes, and the
    // last is late by a commit.
    private static readonly TimeSpan Looks = (3 * AlarmLoops.Interval) + TimeSpan.FromMilliseconds(500);

    // After a start of the manager agents have longer to come back, and what is under way still counts as a sign of
    // life.
    private static readonly TimeSpan Loss =
        AgentLife.ReturnAfterStart + AgentLife.LostAfter + Looks;

    private readonly Dictionary<(string Code, string Subject, int Attempt), TimeSpan> _missing = [];
    private TimeSpan? _manager;

    public string Name => "alarms-are-raised";

    public void Looked(World world)
    {
        if (world.Server.ServesSince is not { } since || world.Server.Node.IsFrozen)
        {
            return;
        }

        if (_manager != since)
        {
            _manager = since;
            _missing.Clear();
        }

        LookAtVms(world);
        LookAtOperations(world);
        LookAtAgents(world);
    }

    private void LookAtVms(World world)
    {
        var patience = world.Server.Get<ReconcileSettings>().GuardAfter + Looks;
        foreach (var vnfc in world.Truth.Vnfcs.Values.Select(row => row.Vnfc))
        {
            var isUnsettled = vnfc.IsToBeWatched() && (vnfc.Monitor != MonitorState.Set || vnfc.GuardFor is not null);
            Expect(
                world, "VM_UNWATCHED", vnfc.Id.ToString(), isUnsettled, patience,
                () => $"{vnfc.Address} is {vnfc.Monitor} on {vnfc.Agent}");
            Expect(
                world, "VM_DOWN", vnfc.Id.ToString(), vnfc.State == VmState.Error, TimeSpan.Zero,
                () => $"{vnfc.Address} is {vnfc.State}");
        }
    }

    // Each attempt has its time anew. What a manager knows of the time before it began makes it sooner, never later.
    private void LookAtOperations(World world)
    {
        var patience = world.Server.Get<FailedTempSettings>().AlarmAfter + Looks;
        foreach (var operation in world.Truth.Occurrences.Values)
        {
            Expect(
                world, "OPERATION_FAILED_TEMP", operation.Id.ToString(),
                operation.State == LcmOperationState.FailedTemp, patience,
                () => $"{world.Names.Of(operation.Id)} is {operation.State}", attempt: operation.Entry);
        }
    }

    private void LookAtAgents(World world)
    {
        foreach (var agent in world.Agents)
        {
            var known = world.Server.Get<AgentDirectory>().Find(agent.Name);
            Expect(
                world, "AGENT_LOST", agent.Name,
                known is not null
                    && (agent.RunsSince is null || agent.Node.IsFrozen || world.Net.IsApart(agent.Name)),
                Loss, () => $"{agent.Name} is dead, stands still or is apart");
            Expect(
                world, "AGENT_LOST", agent.Name, known is { State: AgentState.Online }, Looks,
                () => $"{agent.Name} is Online", isOpen: false);
        }
    }

    private void Expect(
        World world, string code, string subject, bool isCause, TimeSpan patience, Func<string> what,
        bool isOpen = true, int attempt = 0)
    {
        var key = (isOpen ? code : $"no {code}", subject, attempt);
        if (!isCause || world.Truth.OpenAlarms.Contains((code, subject)) == isOpen)
        {
            _missing.Remove(key);
            return;
        }

        _missing[key] = _missing.GetValueOrDefault(key) + World.LookEvery;
        if (_missing[key] > patience)
        {
            world.Violate(
                Name,
                $"{what()}, and {code} has {(isOpen ? "not " : "")}been open for "
                + $"{_missing[key].TotalSeconds:0.0} s.");
        }
    }
}
