using Simulation.Clients;
using Simulation.Machines;
using Watchkeeper.Monitoring.Agents;

namespace Simulation.Faults;

/// <summary>A world drawn from a seed: what breaks, when, and what clients ask meanwhile.</summary>
internal sealed class Chaos
{
    /// <summary>When all has booted and the faults begin.</summary>
    public static readonly TimeSpan Begins = TimeSpan.FromSeconds(3);

    /// <summary>When the faults stop and clients end what is open.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromSeconds(36);

    /// <summary>When all must be at rest.</summary>
    public static readonly TimeSpan End = TimeSpan.FromSeconds(70);

    private readonly World _world;
    private readonly Random _random;
    private readonly RestlessClients _clients;

    private Chaos(World world)
    {
        _world = world;
        _random = world.Random;
        _clients = new RestlessClients(world, Calm);
    }

    /// <summary>Runs the world of some settings to its end.</summary>
    public static World Run(WorldSettings settings)
    {
        var world = new World(settings);
        var chaos = new Chaos(world);
        world.Begin();
        world.After(Begins, chaos.BreakLater);
        world.After(Begins, chaos._clients.AskLater);
        world.After(Calm, chaos.Mend);
        world.RunTo(End);
        world.End();
        return world;
    }

    private bool IsCalm => _world.Scheduler.Now >= Calm;

    private TimeSpan Seconds(double from, double to) =>
        TimeSpan.FromSeconds(from + (_random.NextDouble() * (to - from)));

    private T Any<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];

    private void Say(string what) => _world.Log.Say("FAULT", what);

    private void BreakLater()
    {
        if (IsCalm)
        {
            return;
        }

        if (_world.Settings.IsGentle)
        {
            BreakGently();
        }
        else
        {
            Break();
        }

        _world.After(Seconds(0.2, 3), BreakLater);
    }

    private void Break()
    {
        var agent = Any(_world.Agents);
        switch (_random.Next(16))
        {
            case 0 or 1:
                KillAgent(agent);
                break;
            case 2 or 3:
                KillServer();
                break;
            case 4:
                For(Seconds(0.1, 8), $"{agent.Name} is apart",
                    () => _world.Net.Part(agent.Name), () => _world.Net.Heal(agent.Name));
                break;
            case 5:
                Say($"the link of {agent.Name} is reset");
                _world.Net.Reset(agent.Name);
                break;
            case 6:
                For(Seconds(0.5, 5), $"the link of {agent.Name} is slow",
                    () => _world.Net.Slow(agent.Name, Seconds(0.05, 0.8)), () => _world.Net.Heal(agent.Name));
                break;
            case 7:
                var frozen = agent.Node;
                For(Seconds(0.2, 6), $"{agent.Name} stands still", frozen.Freeze, frozen.Thaw);
                break;
            case 8:
                var server = _world.Server.Node;
                For(Seconds(0.1, 3), "the server stands still", server.Freeze, server.Thaw);
                break;
            case 9 or 10:
                Fell(Any(_world.Vms), Seconds(0.5, 14));
                break;
            case 11:
                FellWhileItsJudgeIsApart(Any(_world.Vms));
                break;
            case 12:
                JumpWallClocks(agent);
                break;
            case 13 or 14:
                Drill(
                    agent, DrillKind.RefuseSet, DrillKind.HangSet, DrillKind.RefuseUnset, DrillKind.HangUnset);
                break;
            case 15:
                Disturb(agent);
                break;
        }
    }

    private void BreakGently()
    {
        switch (_random.Next(4))
        {
            case 0 or 1:
                Fell(Any(_world.Vms), Seconds(0.5, 14));
                break;
            case 2:
                JumpWallClocks(_world.Agents[0]);
                break;
            case 3:
                Drill(Any(_world.Agents), DrillKind.RefuseSet);
                break;
        }
    }

    private void For(TimeSpan duration, string what, Action begin, Action end)
    {
        Say($"{what} for {duration.TotalSeconds:0.0} s");
        begin();
        _world.After(duration, end);
    }

    // Between any two awaits of whatever runs then.
    private void Ambush(Action act) => _world.Ambush ??= (_world.Scheduler.Steps + _random.Next(0, 60), act);

    private void KillAgent(AgentMachine agent)
    {
        var (withItsMachine, pause) = (_random.Next(3) == 0, Seconds(0.05, _random.Next(4) == 0 ? 16 : 6));
        Ambush(() =>
        {
            if (agent.RunsSince is not null)
            {
                Say($"{agent.Name} is killed{(withItsMachine ? " with its machine" : "")} "
                    + $"for {pause.TotalSeconds:0.0} s");
                agent.Kill(withItsMachine);
                _world.After(pause, agent.Start);
            }
        });
    }

    private void KillServer()
    {
        var (withItsMachine, pause) = (_random.Next(3) == 0, Seconds(0.05, _random.Next(4) == 0 ? 9 : 3));
        Ambush(() =>
        {
            if (_world.Server.IsRunning)
            {
                Say(
                    $"the server is killed{(withItsMachine ? " with its machine" : "")} "
                    + $"for {pause.TotalSeconds:0.0} s");
                _world.Server.Kill(withItsMachine);
                _world.After(pause, _world.Server.Start);
            }
        });
    }

    private void Fell(SimulatedVm vm, TimeSpan duration)
    {
        if (vm.IsUp)
        {
            For(duration, $"{vm.Name} falls", () => Turn(vm, false), () => Turn(vm, true));
        }
    }

    // Cut off at about the moment of its verdict.
    private void FellWhileItsJudgeIsApart(SimulatedVm vm)
    {
        Fell(vm, Seconds(12, 18));
        var agent = _world.Agents.FirstOrDefault(
            agent => agent.Name == _world.Truth.Vnfcs[vm.Id.ToString()].Vnfc.Agent);
        if (agent is not null)
        {
            _world.After(Seconds(1.5, 3.5), () => For(
                Seconds(1, 4), $"{agent.Name}, its judge, is apart",
                () => _world.Net.Part(agent.Name), () => _world.Net.Heal(agent.Name)));
        }
    }

    private void Turn(SimulatedVm vm, bool isUp)
    {
        vm.Turn(isUp, _world.Scheduler.Now);
        if (isUp)
        {
            Say($"{vm.Name} is back");
        }
    }

    private void JumpWallClocks(AgentMachine agent)
    {
        var jump = TimeSpan.FromSeconds(Any([-86_400.0, -3600, -5, 5, 3600, 86_400]));
        Say($"the wall clock of the server jumps by {jump.TotalSeconds} s, that of {agent.Name} the other way");
        agent.Node.Clock.Error -= jump;
        _world.Server.ClockError += jump;
        _world.Server.Node.Clock.Error += jump;
    }

    private void Drill(AgentMachine agent, params DrillKind[] kinds)
    {
        var kind = Any(kinds);
        var (after, times) = (_random.Next(2), _random.Next(1, 3));
        Say($"{agent.Name} is told to {DrillSwitches.NameOf(kind)} {times} times after {after}");
        agent.Drills.SwitchOn(new Drill(kind, after, times));
    }

    private void Disturb(AgentMachine agent)
    {
        if (_world.Settings.HasProbeFaults)
        {
            var vm = Any(_world.Vms);
            For(Seconds(0.5, 8), $"{agent.Name} does not see {vm.Name}",
                () => _world.Blind(agent.Name, vm), _world.See);
        }
        else if (_world.Settings.HasConsumerFaults)
        {
            For(Seconds(0.5, 8), "consumers are deaf",
                () => _world.AreConsumersDeaf = true, () => _world.AreConsumersDeaf = false);
        }
    }

    private void Mend()
    {
        Say("faults stop");
        _world.Ambush = null;
        _world.See();
        _world.AreConsumersDeaf = false;
        _world.Server.Node.Thaw();
        foreach (var agent in _world.Agents)
        {
            _world.Net.Heal(agent.Name);
            agent.Node.Thaw();
            agent.Drills.Clear();
        }

        foreach (var vm in _world.Vms)
        {
            vm.Turn(true, _world.Scheduler.Now);
        }

        _clients.EndOperations();
    }
}
