using Microsoft.Extensions.Logging;
using Simulation.Network;
using Simulation.Scheduling;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;

namespace Simulation.Machines;

/// <summary>A D-MONA's machine: runs the real engine and uplink, is killed, and starts again from its file.</summary>
internal sealed class AgentMachine(World world, string name, string folder)
{
    private int _lives;

    public string Name => name;

    public Node Node { get; private set; } = new(world.Scheduler, name);

    /// <summary>The engine of its present life; null while it is down.</summary>
    public WatchEngine? Engine { get; private set; }

    /// <summary>Since when it runs; null while it is down.</summary>
    public TimeSpan? RunsSince { get; private set; }

    /// <summary>Failures that are rehearsed on it.</summary>
    public DrillSwitches Drills { get; private set; } = new();

    private byte[] Key => [.. SeededIds.Number(8, name[^1]).ToByteArray(), .. new byte[16]];

    private string AssignmentPath => Path.Combine(folder, $"{name}.assignments");

    public void Start()
    {
        Node = new Node(world.Scheduler, name);
        Drills = new DrillSwitches();
        RunsSince = world.Scheduler.Now;
        Node.Run(() => _ = RunAsync(Node));
    }

    /// <summary>Kills the process; with its machine, what its kernel had not written yet is lost, too.</summary>
    public void Kill(bool withItsMachine)
    {
        Node.Kill();
        Engine = null;
        RunsSince = null;
        world.Net.Died(Node, withItsMachine);
        world.Probes.GaveUp(name, null, world.Scheduler.Now);
        if (withItsMachine && File.Exists(AssignmentPath))
        {
            // The file is not forced to the disk: any tail of it may be missing.
            using var file = new FileStream(AssignmentPath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.SetLength(world.Random.NextInt64(file.Length + 1));
        }
    }

    private async Task RunAsync(Node node)
    {
        try
        {
            var logs = world.Log.FactoryOf(node);
            var engine = new WatchEngine(
                new WatchOptions
                {
                    Capacity = 100, Tick = World.Tick, AssignmentFile = AssignmentPath, Drills = Drills,
                },
                new SimulatedProber(world, node, name), node.Clock, logs.CreateLogger<WatchEngine>());
            Engine = engine;
            var uplink = new AgentUplink(
                new AgentIdentity(
                    name, "default", 100, "1.0", SeededIds.Number(9, (++_lives * 16) + (name[^1] - '0')),
                    World.Token, Convert.ToHexStringLower(Key)),
                new TwinnedEngine(
                    world.Settings.Fault?.OnAgent?.Invoke(new LinkedWatchEngine(engine), world)
                        ?? new LinkedWatchEngine(engine),
                    name, world),
                new SimulatedDialer(world, node, name),
                new UplinkRhythm(LinkLimits.ResumeAfter, node.Clock, new Random(world.Random.Next())),
                logs.CreateLogger<AgentUplink>());
            await JointLoops.RunAsync(CancellationToken.None, token => uplink.RunAsync(token), engine.RunAsync);
            world.Threw(node, new InvalidOperationException("The agent has ended by itself."));
        }
        catch (Exception thrown)
        {
            world.Threw(node, thrown);
        }
    }
}
