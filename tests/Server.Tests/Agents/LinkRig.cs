using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Link;

namespace Server.Tests.Agents;

/// <summary>The manager's side of the link on one thread and a clock of its own; links are pairs of channels.</summary>
internal sealed class LinkRig : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public LinkRig()
    {
        Directory = new AgentDirectory(Registry, Time);
        var admission = new AgentAdmission(Directory, new JoinToken(Some.Token), Time);
        Gate = new LinkGate(admission, Directory, Events, new CountingIds(), Time, NullLogger<LinkGate>.Instance);
        Leases = new LeaseWatch(Directory, Events, Time, NullLogger<LeaseWatch>.Instance);
    }

    public Lane Lane { get; } = new();

    public SteppingTime Time { get; } = new();

    public FakeRegistry Registry { get; } = new();

    public FakeAgentEvents Events { get; } = new();

    public AgentDirectory Directory { get; }

    public LinkGate Gate { get; }

    public LeaseWatch Leases { get; }

    public AgentState? State(string name = "dmona1") => Directory.Find(name)?.State;

    /// <summary>Does something, and all that follows from it.</summary>
    public T Do<T>(Func<T> act) => Lane.Call(act);

    public void Do(Action act) => Lane.Call(() =>
    {
        act();
        return 0;
    });

    public void Pass(TimeSpan span) => Time.Advance(span, () => Lane.Call(() => 0));

    public void WatchLeases() => _ = Do(() => Leases.RunAsync(_stop.Token));

    /// <summary>Opens a link; the test is the agent.</summary>
    public ScriptedAgent Connect(int queue = LinkLimits.Queue)
    {
        var toServer = Channel.CreateBounded<Enveloped<AgentMessage>>(queue);
        var toAgent = Channel.CreateBounded<Enveloped<ServerMessage>>(queue);
        var serving = Do(() => Gate.ServeAsync(new(toServer.Reader, toAgent.Writer), _stop.Token));
        return new ScriptedAgent(this, toServer.Writer, toAgent.Reader, serving);
    }

    /// <summary>Opens a link, joins, and takes the difference: the agent is ONLINE.</summary>
    public ScriptedAgent Online(AgentMessage.Hello? hello = null)
    {
        var agent = Connect();
        agent.Join(hello ?? Some.Hello());
        agent.Ask();
        agent.Received<ServerMessage.Difference>();
        return agent;
    }

    public void Dispose()
    {
        Do(_stop.Cancel);
        _stop.Dispose();
        Directory.Dispose();
    }
}

/// <summary>The agent's end of a link, played by the test.</summary>
internal sealed class ScriptedAgent(
    LinkRig rig, ChannelWriter<Enveloped<AgentMessage>> toServer, ChannelReader<Enveloped<ServerMessage>> fromServer,
    Task serving)
{
    public Guid Session { get; private set; }

    /// <summary>Whether the manager has let go of the link.</summary>
    public bool IsEnded => serving.IsCompleted;

    public void Say(AgentMessage message) => Say(Session, message);

    public void Say(Guid session, AgentMessage message) =>
        rig.Do(() => toServer.TryWrite(new(session, message))).ShouldBeTrue();

    public void Join(AgentMessage.Hello hello)
    {
        Say(Guid.Empty, hello);
        Received<ServerMessage.Welcome>();
    }

    public string Refused(AgentMessage.Hello hello)
    {
        Say(Guid.Empty, hello);
        return Received<ServerMessage.Refused>().Reason;
    }

    public void Ask(long ask = 1, params ImmutableArray<Holding> holdings) =>
        Say(new AgentMessage.Holdings(ask, holdings, IsLast: true));

    public void Beat(params ImmutableArray<MonitorReport> moved) => Say(new AgentMessage.Heartbeat(1, moved, 7, 2.5));

    public void Break() => rig.Do(() => toServer.TryComplete());

    /// <summary>The next message, which is of that kind.</summary>
    public T Received<T>()
        where T : ServerMessage
    {
        rig.Do(() => fromServer.TryRead(out var next) ? next : throw new InvalidOperationException("Nothing came."))
            .Deconstruct(out var session, out var message);
        Session = session;
        return message.ShouldBeOfType<T>();
    }

    public bool HasReceived() => fromServer.TryPeek(out _);
}
