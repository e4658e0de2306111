using Watchkeeper.Monitoring.Probes;

namespace Watchkeeper.Monitoring.Agents;

/// <content>What the loop does with what has come in.</content>
public sealed partial class WatchEngine
{
    private void Begin()
    {
        lock (_gate)
        {
            _orders.Resume(Now());
            _lastTurn = _secondBegan = Now();
            _monitors = _handOver.Watched;
        }
    }

    private async ValueTask TurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            Turn();
        }
        catch (Exception error)
        {
            // The watch is a background loop: it survives whatever one turn throws.
            LogTurnFailed(error);
            await PauseAsync(cancellationToken);
        }
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(PauseAfterFailure, _time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The loop sees it.
        }
    }

    private void Turn()
    {
        // First the clock: after a suspension nothing may be asked before ClockJumped was called.
        Turned(Now(), TimeSpan.Zero, isTick: false);
        for (var left = WatchInbox.Capacity; left > 0; left -= MessagesPerLock)
        {
            if (TakeMessages() < MessagesPerLock)
            {
                break;
            }
        }

        NoteDroppedAnswers();
        while (FireSome() > 0)
        {
            // The lock is let go in between. It ends: what fires now is due again later.
        }

        _monitors = _handOver.Watched;
    }

    private int TakeMessages()
    {
        var tick = WatchTables.Never;
        var taken = 0;
        lock (_gate)
        {
            while (taken < MessagesPerLock && _inbox.TryTake(out var message))
            {
                taken++;
                switch (message.Kind)
                {
                    case WatchMessageKind.Tick:
                        tick = message.At;
                        break;
                    case WatchMessageKind.Answer:
                        Answered(message.Slot, message.Generation, message.Answer);
                        break;
                    default:
                        Do(message.Request!);
                        break;
                }
            }
        }

        if (tick != WatchTables.Never)
        {
            var now = Now();
            Turned(now, TimeSpan.FromTicks(now - tick), isTick: true);
        }

        return taken;
    }

    private void Answered(int slot, uint generation, ProbeAnswer answer)
    {
        if (!_tables.IsLatest(slot, generation))
        {
            return;
        }

        switch (_tables.Slot(slot).Phase)
        {
            case SlotPhase.InFlight:
                _rounds.Conclude(slot, answer, Now());
                break;
            case SlotPhase.Looking:
                _looks.Answered(slot, answer, Now());
                break;
        }
    }

    private void Do(IWatchRequest request)
    {
        try
        {
            if (!request.Do(Now()))
            {
                Hang(request);
            }
        }
        catch (Exception error)
        {
            // Whoever asked is told, and the loop goes on.
            LogRequestFailed(error);
            request.Fail(error);
        }
    }

    private int FireSome()
    {
        lock (_gate)
        {
            if (!_isPaused)
            {
                _rounds.EndWaiting();
            }

            var count = _wheel.TakeDue(Now(), _due);
            for (var i = 0; i < count; i++)
            {
                // The process may have been stopped between any two probes, not only between two turns.
                var now = Now();
                Turned(now, TimeSpan.Zero, isTick: false);
                FireOrMiss(_due[i], now);
            }

            if (count > 0)
            {
                _orders.Flush();
            }

            return count;
        }
    }

    // The wheel has let go of all that is due: what fails at one slot must not lose the others.
    private void FireOrMiss(int slot, long now)
    {
        try
        {
            Fire(slot, now);
        }
        catch (Exception error)
        {
            LogSlotFailed(error);
            Missed(slot, now);
        }
    }

    private void Fire(int slot, long now)
    {
        switch (_tables.Slot(slot).Phase)
        {
            case SlotPhase.Planned:
                _rounds.Fire(slot, _isPaused, now);
                break;
            case SlotPhase.InFlight:
                var answer = _rounds.AtDeadline(_tables.Slot(slot).Kpi, _tables.Slot(slot).LastSent);
                _rounds.Conclude(slot, answer, now);
                break;
            case SlotPhase.Asleep:
                _handOver.Wake(slot);
                break;
            case SlotPhase.Looking:
                _looks.Due(slot, now);
                break;
        }
    }

    private void Missed(int slot, long now)
    {
        switch (_tables.Slot(slot).Phase)
        {
            case SlotPhase.Planned or SlotPhase.InFlight:
                _rounds.Miss(slot, now);
                break;
            case SlotPhase.Asleep:
                _wheel.Schedule(slot, now + PauseAfterFailure.Ticks);
                break;
            case SlotPhase.Looking:
                _looks.Failed(slot, now + _options.Tick.Ticks);
                break;
        }
    }

    // How the loop itself fares: its health, its rate, and whether the clock jumped.
    private void Turned(long now, TimeSpan poolDelay, bool isTick)
    {
        var since = TimeSpan.FromTicks(now - _lastTurn);
        var isJump = since > AgentLimits.ClockJump;
        if (!isTick && !isJump)
        {
            return;
        }

        Volatile.Write(ref _lastTurn, now);
        _health.Turned(since - _options.Tick, poolDelay, now);
        if (_health.IsUnwell != _wasUnwell)
        {
            Volatile.Write(ref _wasUnwell, _health.IsUnwell);
            LogHealth();
        }

        CountSecond(now);
        if (isJump && ClockJumped is { } jumped)
        {
            _isPaused = true;
            LogClockJumped(since);
            jumped();
        }
    }

    private void NoteDroppedAnswers()
    {
        var dropped = _inbox.Dropped;
        if (dropped != _droppedBefore)
        {
            _droppedBefore = dropped;
            _rounds.AnswersDroppedAt = Now();
            LogAnswersDropped(dropped);
        }
    }

    private void CountSecond(long now)
    {
        var elapsed = TimeSpan.FromTicks(now - _secondBegan);
        if (elapsed >= TimeSpan.FromSeconds(1))
        {
            Volatile.Write(ref _probesPerSecond, (_rounds.Sent - _sentBefore) / elapsed.TotalSeconds);
            _sentBefore = _rounds.Sent;
            _secondBegan = now;
        }
    }

    private void LogHealth()
    {
        if (_wasUnwell)
        {
            LogUnwell(_health.Score);
        }
        else
        {
            LogWell();
        }
    }

    private void LogDrills()
    {
        foreach (var drill in _options.Drills.Active)
        {
            LogDrillOn(DrillSwitches.NameOf(drill.Kind), drill.After, drill.Times?.ToString() ?? "all");
        }
    }

    private void End()
    {
        _inbox.Close();
        lock (_gate)
        {
            _looks.FailAll(WatchInbox.Stopped());
            foreach (var request in _hung)
            {
                request.Fail(WatchInbox.Stopped());
            }

            _handOver.File?.Dispose();
            _handOver.File = null;
        }
    }
}
