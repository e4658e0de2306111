namespace Watchkeeper.Monitoring.Probes;

/// <summary>Whose turn it is to connect: bounded, and fair to those that answer.</summary>
/// <remarks>
/// Not safe for two threads at a time. What it knows of a slot is replaced when the slot gets another target; there is
/// one entry for each slot that ever connected, so the engine's own limits bound it.
/// </remarks>
internal sealed class ConnectTurns(ConnectPlaces places)
{
    private readonly Queue<ProbeQuestion> _proven = new();
    private readonly Queue<ProbeQuestion> _unproven = new();
    private readonly Dictionary<int, ConnectTurn> _turns = [];
    private int _provenNow;
    private int _unprovenNow;

    /// <summary>Probes under way.</summary>
    public int UnderWay => _provenNow + _unprovenNow;

    /// <summary>Puts a question into its queue; false when too many wait there.</summary>
    public bool TryQueue(in ProbeQuestion question)
    {
        // Half for each, so that silent targets can't fill up the queue of the others either.
        var queue = QueueOf(question);
        if (queue.Count >= ConnectLimits.Waiting / 2)
        {
            return false;
        }

        queue.Enqueue(question);
        return true;
    }

    /// <summary>Takes the next question for which there is a place, those of targets that answer first.</summary>
    /// <remarks>The place is held from now on: <see cref="Begin"/> or <see cref="Skip"/> must follow.</remarks>
    public bool TryTake(out ProbeQuestion question, out bool isProven)
    {
        question = default;
        isProven = false;
        if (UnderWay >= places.Total)
        {
            return false;
        }

        isProven = _provenNow < places.Proven && _proven.TryDequeue(out question);
        if (!isProven && (_unprovenNow >= places.Unproven || !_unproven.TryDequeue(out question)))
        {
            return false;
        }

        Count(isProven, 1);
        return true;
    }

    /// <summary>Gives back the place of a question that nobody awaits any more.</summary>
    public void Skip(bool isProven) => Count(isProven, -1);

    /// <summary>Makes a turn of a question that was taken; null when the slot's last turn must end first.</summary>
    /// <param name="question">The question.</param>
    /// <param name="isProven">Of which kind its place is.</param>
    /// <param name="last">
    /// The turn that must end first, and then makes way: a target has one connect under way for a KPI.
    /// </param>
    public ConnectTurn? Begin(in ProbeQuestion question, bool isProven, out ConnectTurn? last)
    {
        _turns.TryGetValue(question.Slot, out last);
        if (last is { IsUnderWay: true })
        {
            last.Next = question;
            Skip(isProven);
            return null;
        }

        var turn = new ConnectTurn(question.Endpoint, isProven)
        {
            HasAnswered = last is { HasAnswered: true } && last.Endpoint == question.Endpoint,
        };
        last = null;
        _turns[question.Slot] = turn;
        return turn;
    }

    /// <summary>Gives the place back.</summary>
    /// <param name="turn">Whose place it was.</param>
    /// <param name="answer">What came of it; null when the question was given up.</param>
    public void End(ConnectTurn turn, ProbeAnswer? answer)
    {
        turn.IsUnderWay = false;
        turn.HasAnswered = answer is { } known ? known.Kind == ProbeAnswerKind.Alive : turn.HasAnswered;
        Count(turn.IsProven, -1);
        if (turn.Next is { } next)
        {
            turn.Next = null;
            QueueOf(next).Enqueue(next);
        }
    }

    private void Count(bool isProven, int change)
    {
        _provenNow += isProven ? change : 0;
        _unprovenNow += isProven ? 0 : change;
    }

    private Queue<ProbeQuestion> QueueOf(in ProbeQuestion question) =>
        _turns.TryGetValue(question.Slot, out var last) && last.HasAnswered && last.Endpoint == question.Endpoint
            ? _proven
            : _unproven;
}

/// <summary>One slot's turn to connect, and what is remembered of it until its next.</summary>
internal sealed class ConnectTurn(ProbeEndpoint endpoint, bool isProven)
{
    /// <summary>Whom it asks.</summary>
    public ProbeEndpoint Endpoint => endpoint;

    /// <summary>Of which kind its place is.</summary>
    public bool IsProven => isProven;

    /// <summary>Whether it still holds its place.</summary>
    public bool IsUnderWay { get; set; } = true;

    /// <summary>Whether the target answered when it was asked last.</summary>
    public bool HasAnswered { get; set; }

    /// <summary>The question of the same slot that waits for this one's end.</summary>
    public ProbeQuestion? Next { get; set; }

    /// <summary>Ends the probe when nobody waits for it any more.</summary>
    public CancellationTokenSource? Abandon { get; set; }
}
