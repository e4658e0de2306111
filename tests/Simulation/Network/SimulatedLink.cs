using System.Threading.Channels;
using Google.Protobuf;
using Simulation.Scheduling;
using Watchkeeper.Monitoring.Protocol;
using Messages = Watchkeeper.Monitoring.Protocol.Wire;

namespace Simulation.Network;

/// <summary>A link between an agent and the manager: the real messages as bytes, over two simulated wires.</summary>
internal sealed class SimulatedLink : ILink
{
    private readonly Func<TimeSpan> _now;
    private readonly Wire _up;
    private readonly Wire _down;
    private readonly LinkPumps<AgentMessage, ServerMessage> _agentPumps;
    private readonly LinkPumps<ServerMessage, AgentMessage> _serverPumps;

    public SimulatedLink(Scheduler scheduler, Net net, Node agentNode, Node serverNode, string agent)
    {
        Agent = agent;
        _now = () => scheduler.Now;
        _up = new Wire(scheduler, net, agentNode, serverNode, agent);
        _down = new Wire(scheduler, net, serverNode, agentNode, agent);
        _agentPumps = new(
            _up, message => AgentMessageCodec.Write(message).ToByteArray(),
            _down, bytes => ServerMessageCodec.Read(Messages.ServerEnvelope.Parser.ParseFrom(bytes)));
        _serverPumps = new(_down, WriteAtServer, _up, ReadAtServer);
        net.Opened(this);
    }

    public string Agent { get; }

    /// <summary>Told what comes to the manager.</summary>
    public Action<Enveloped<AgentMessage>> Came { get; init; } = _ => { };

    /// <summary>What the manager makes of what comes: the same, unless it is to do something wrong.</summary>
    public Func<AgentMessage, AgentMessage> Hears { get; init; } = message => message;

    /// <summary>Told what the manager sends.</summary>
    public Action<ServerMessage> Given { get; init; } = _ => { };

    /// <summary>Whether both ends are done with it.</summary>
    public bool IsOver => OverAt is not null;

    /// <summary>When the manager's end was done with it, or it was reset.</summary>
    public TimeSpan? OverAt { get; private set; }

    public LinkEnd<ServerMessage, AgentMessage> AgentEnd => _agentPumps.End;

    public bool IsOf(Node node) => _up.From == node || _up.To == node;

    /// <summary>Starts the agent's end; in the agent's process.</summary>
    public void OpenAtAgent() => _agentPumps.Start();

    /// <summary>Serves the manager's end; in the manager's process.</summary>
    public async Task ServeAsync(
        Func<LinkEnd<AgentMessage, ServerMessage>, CancellationToken, Task> serveAsync,
        CancellationToken cancellationToken)
    {
        _serverPumps.Start();
        try
        {
            await serveAsync(_serverPumps.End, cancellationToken);
        }
        finally
        {
            _serverPumps.End.ToSend.TryComplete();
            OverAt ??= _now();
        }
    }

    public void Reset(string why)
    {
        OverAt ??= _now();
        _up.Reset(why);
        _down.Reset(why);
        _up.From.Run(() => _agentPumps.Fail(why));
        _down.From.Run(() => _serverPumps.Fail(why));
    }

    /// <summary>One of the two processes is gone.</summary>
    public void Orphan(Node node, bool withItsMachine)
    {
        var left = node == _up.From ? _up : _down;
        if (withItsMachine)
        {
            _up.FallSilent();
            _down.FallSilent();
        }
        else
        {
            left.Reset("reset by peer");
        }
    }

    public void Resume()
    {
        _up.Resume();
        _down.Resume();
    }

    private byte[] WriteAtServer(Enveloped<ServerMessage> sent)
    {
        Given(sent.Message);
        return ServerMessageCodec.Write(sent).ToByteArray();
    }

    private Enveloped<AgentMessage> ReadAtServer(byte[] bytes)
    {
        var came = AgentMessageCodec.Read(Messages.AgentEnvelope.Parser.ParseFrom(bytes));
        Came(came);
        return came with { Message = Hears(came.Message) };
    }

    // As the gRPC link: what is queued is still sent, then the stream is closed both ways.
    public ValueTask DisposeAsync()
    {
        _agentPumps.End.ToSend.TryComplete();
        _agentPumps.Close();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Moves messages between one end's bounded queues and the two wires; in that end's process.</summary>
internal sealed class LinkPumps<TSent, TReceived>(
    Wire outgoing, Func<Enveloped<TSent>, byte[]> write, Wire incoming, Func<byte[], Enveloped<TReceived>> read)
{
    private readonly Channel<Enveloped<TReceived>> _received =
        Channel.CreateBounded<Enveloped<TReceived>>(LinkLimits.Queue);

    private readonly Channel<Enveloped<TSent>> _toSend = Channel.CreateBounded<Enveloped<TSent>>(LinkLimits.Queue);

    public LinkEnd<TReceived, TSent> End => new(_received.Reader, _toSend.Writer);

    public void Start()
    {
        _ = SendAsync();
        _ = ReceiveAsync();
    }

    /// <summary>Nobody reads here any more.</summary>
    public void Close() => incoming.Leave();

    /// <summary>The stream is down: whoever waits for room must not wait for ever.</summary>
    public void Fail(string why) => _toSend.Writer.TryComplete(new LinkBrokenException(why));

    private async Task SendAsync()
    {
        try
        {
            while (await _toSend.Reader.WaitToReadAsync(CancellationToken.None))
            {
                while (_toSend.Reader.TryRead(out var message))
                {
                    while (outgoing.IsFull)
                    {
                        await outgoing.RoomAsync(CancellationToken.None);
                    }

                    outgoing.Send(write(message));
                }
            }

            outgoing.Finish();
        }
        catch (LinkBrokenException)
        {
            // The stream is down, and both ends know.
        }
    }

    private async Task ReceiveAsync()
    {
        Exception? why = null;
        try
        {
            while (await incoming.Arrived.WaitToReadAsync(CancellationToken.None))
            {
                while (incoming.Arrived.TryRead(out var bytes))
                {
                    await _received.Writer.WriteAsync(read(bytes), CancellationToken.None);
                    incoming.Taken();
                }
            }
        }
        catch (Exception ended) when (ended is LinkBrokenException or LinkFormatException)
        {
            why = new LinkBrokenException(ended.Message, ended);
        }
        finally
        {
            _received.Writer.TryComplete(why);
            if (why is not null)
            {
                Fail(why.Message);
            }
        }
    }
}
