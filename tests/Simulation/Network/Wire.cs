using System.Threading.Channels;
using Simulation.Scheduling;
using Watchkeeper.Monitoring.Protocol;

namespace Simulation.Network;

/// <summary>
/// One direction of a link: bytes in order, each some time on the way. What a partition holds up waits.
/// </summary>
/// <remarks>As TCP does: nothing within a stream is lost, repeated or overtaken; a stream ends as a whole.</remarks>
internal sealed class Wire(Scheduler scheduler, Net net, Node from, Node to, string agent)
{
    private readonly Channel<byte[]> _arrived = Channel.CreateUnbounded<byte[]>();
    private readonly Queue<byte[]> _held = new();
    private readonly Queue<(Action Deliver, bool EvenIfCut)> _onItsWay = new();
    private readonly Signal _room = new();
    private TimeSpan _lastArrival;
    private Action? _end;
    private bool _isCut;
    private int _onTheWay;
    private bool _hasBegun;

    /// <summary>What has arrived; completed when the stream has ended, with the reason when it broke.</summary>
    public ChannelReader<byte[]> Arrived => _arrived.Reader;

    /// <summary>Whether so much is on the way that the sender has to wait.</summary>
    public bool IsFull => _onTheWay >= LinkLimits.Queue;

    public Node From => from;

    public Node To => to;

    /// <summary>Returns when there may be room again.</summary>
    public Task RoomAsync(CancellationToken cancellationToken) => _room.WaitAsync(cancellationToken);

    public void Send(byte[] message)
    {
        // What opens a stream is never repeated: it would be another stream.
        var times = _hasBegun && net.IsRepeated() ? 2 : 1;
        _hasBegun = true;
        for (var time = 0; time < times; time++)
        {
            Bring(message);
        }
    }

    private void Bring(byte[] message)
    {
        _onTheWay++;
        if (net.IsApart(agent) || _held.Count > 0)
        {
            _held.Enqueue(message);
        }
        else
        {
            Carry(() => _arrived.Writer.TryWrite(message));
        }
    }

    /// <summary>The receiver has taken a message.</summary>
    public void Taken()
    {
        _onTheWay--;
        _room.Raise();
    }

    /// <summary>The receiver reads no more.</summary>
    public void Leave() => _arrived.Writer.TryComplete();

    /// <summary>The sender ends the stream: the other side sees it after all that was sent.</summary>
    public void Finish() => EndAfter(() => _arrived.Writer.TryComplete());

    /// <summary>The stream is reset: what is on the way is lost, and the receiver sees it after a while.</summary>
    public void Reset(string why)
    {
        _isCut = true;
        _held.Clear();
        EndAfter(() => _arrived.Writer.TryComplete(new LinkBrokenException(why)));
    }

    /// <summary>Nothing goes through any more, and nobody is told.</summary>
    public void FallSilent()
    {
        _isCut = true;
        _held.Clear();
    }

    /// <summary>The partition is over.</summary>
    public void Resume()
    {
        while (_held.TryDequeue(out var message))
        {
            Carry(() => _arrived.Writer.TryWrite(message));
        }

        if (_end is { } end)
        {
            _end = null;
            Carry(end, evenIfCut: true);
        }
    }

    private void EndAfter(Action end)
    {
        if (net.IsApart(agent))
        {
            _end = end;
        }
        else
        {
            Carry(end, evenIfCut: true);
        }
    }

    private void Carry(Action deliver, bool evenIfCut = false)
    {
        var arrival = scheduler.Now + net.Latency(agent);
        _lastArrival = arrival > _lastArrival ? arrival : _lastArrival;
        _onItsWay.Enqueue((deliver, evenIfCut));

        // Whichever arrival is drawn first brings what was sent first.
        scheduler.After(_lastArrival - scheduler.Now, to, Arrive);
    }

    private void Arrive()
    {
        var (deliver, evenIfCut) = _onItsWay.Dequeue();
        if (evenIfCut || !_isCut)
        {
            deliver();
        }
    }
}
