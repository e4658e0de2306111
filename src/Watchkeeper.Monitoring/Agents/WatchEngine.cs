using Microsoft.Extensions.Logging;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Schedule;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>Watches targets: the same engine is the local MONA and the D-MONA.</summary>
/// <remarks>
/// One loop, one inbox. Ticks, answers and requests come in by the inbox and are dealt with in order; deadlines are
/// looked
/// at only when all answers that had come were. The lock guards the tables against those who take reports meanwhile.
/// </remarks>
public sealed partial class WatchEngine : IMonitoringAgent, IProbeListener
{
    private const int WheelBuckets = 512;

    // So long the lock is held at most: readers of reports get their turn in between.
    private const int MessagesPerLock = 1_024;
    private const int FiresPerLock = 256;

    // Requests that a drill leaves without an answer, kept to end with the engine; beyond it the oldest is let go.
    private const int MostHung = 64;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly WatchOptions _options;
    private readonly IProber _prober;
    private readonly TimeProvider _time;
    private readonly ILogger<WatchEngine> _logger;
    private readonly long _origin;

    private readonly Lock _gate = new();
    private readonly WatchInbox _inbox = new();
    private readonly AgentHealth _health = new();
    private readonly WatchTables _tables = new();
    private readonly TimingWheel _wheel;
    private readonly ReportBoard _board;
    private readonly WatchRounds _rounds;
    private readonly LookRounds _looks;
    private readonly HandOver _handOver;
    private readonly WatchOrders _orders;
    private readonly Queue<IWatchRequest> _hung = [];
    private readonly int[] _due = new int[FiresPerLock];

    private volatile bool _isPaused;
    private volatile int _monitors;
    private double _probesPerSecond;
    private long _lastTurn;
    private long _secondBegan;
    private long _sentBefore;
    private long _droppedBefore;
    private bool _wasUnwell;

    /// <param name="options">Capacity, tick, file, drills.</param>
    /// <param name="prober">Asks the targets.</param>
    /// <param name="time">Clock and timer; in a real process <see cref="BootTime"/>.</param>
    /// <param name="logger">The log.</param>
    public WatchEngine(WatchOptions options, IProber prober, TimeProvider time, ILogger<WatchEngine> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 0, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Tick, TimeSpan.FromMilliseconds(1), nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Tick, TimeSpan.FromMilliseconds(100), nameof(options));
        _options = options;
        _prober = prober;
        _time = time;
        _logger = logger;
        _origin = time.GetTimestamp();
        _wheel = new TimingWheel(WheelBuckets, options.Tick.Ticks, 0);
        _board = new ReportBoard(_tables);
        _rounds = new WatchRounds(_tables, _wheel, _board, _health, prober, logger);
        _looks = new LookRounds(_tables, _wheel, _rounds);
        _handOver = new HandOver(_tables, _wheel, _rounds, _board, options);
        _orders = new WatchOrders(_handOver, options, logger);
    }

    /// <summary>
    /// Called from the loop when the clock has jumped so far (suspended, starved) that the lease may be over, and
    /// the engine has paused itself; whoever sets it asks the manager what still holds, and then calls
    /// <see cref="Resume"/>. Null: the engine goes
    /// on.
    /// </summary>
    public Action? ClockJumped { get; set; }

    /// <summary>The number of watched targets.</summary>
    public int Monitors => _monitors;

    /// <summary>Probes sent in the last full second.</summary>
    public double ProbesPerSecond => Volatile.Read(ref _probesPerSecond);

    /// <summary>Whether the agent itself is starved, so that silence is taken for unknown.</summary>
    public bool IsUnwell => Volatile.Read(ref _wasUnwell);

    /// <summary>
    /// Runs the engine until it is cancelled. Everything else may be called before, during and after.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        LogDrills();
        Begin();
        using var timer = _time.CreateTimer(_ => _inbox.Tick(Now()), null, _options.Tick, _options.Tick);
        using var stop = cancellationToken.Register(() => _inbox.Tick(Now()));
        var probing = _prober.RunAsync(this, cancellationToken);
        var copying = _orders.CopyFileAsync(cancellationToken);
        try
        {
            while (!cancellationToken.IsCancellationRequested && await _inbox.WaitAsync())
            {
                await TurnAsync(cancellationToken);
            }
        }
        finally
        {
            End();
            await probing;
            await copying;
        }
    }

    /// <inheritdoc />
    public Task<ImmutableArray<SetOutcome>> SetAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken) =>
        AskAsync(new WatchRequest<SetOutcome>(now => _orders.Set(assignments, mayHang: true, now)), cancellationToken);

    /// <summary>Sets what a difference asks for: as <see cref="SetAsync"/>, and always answered.</summary>
    public Task<ImmutableArray<SetOutcome>> TakeUpAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken) => AskAsync(
        new WatchRequest<SetOutcome>(now => _orders.Set(assignments, mayHang: false, now)), cancellationToken);

    /// <inheritdoc />
    public Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken) =>
        AskAsync(new WatchRequest<UnsetOutcome>(now => _orders.Unset(targets, hold, now)), cancellationToken);

    /// <summary>Leaves at once what another judges, whatever is rehearsed.</summary>
    public Task<ImmutableArray<UnsetOutcome>> LeaveAsync(
        ImmutableArray<TargetEpoch> targets, CancellationToken cancellationToken) =>
        AskAsync(new WatchRequest<UnsetOutcome>(now => _orders.Leave(targets, now)), cancellationToken);

    /// <inheritdoc />
    public void Release(ImmutableArray<TargetEpoch> targets) => _inbox.Offer(new WatchRequest<TargetEpoch>(_ =>
    {
        foreach (var target in targets)
        {
            _handOver.Release(target);
        }

        return [];
    }));

    /// <inheritdoc />
    public async Task<ImmutableArray<LookOutcome>> LookAsync(
        ImmutableArray<LookRequest> targets, CancellationToken cancellationToken)
    {
        if (targets.IsEmpty)
        {
            return [];
        }

        var batch = new LookBatch(targets, _looks);
        await _inbox.PutAsync(batch, cancellationToken);
        using var ended = cancellationToken.Register(() => batch.Answer.TrySetCanceled(cancellationToken));
        return await batch.Answer.Task;
    }

    /// <summary>
    /// Leaves every target that was resumed from the file and that the manager, having been told of it, has not named.
    /// </summary>
    public Task LeaveResumedAsync(IReadOnlySet<TargetId> wanted, CancellationToken cancellationToken) =>
        AskAsync(new WatchRequest<UnsetOutcome>(now => _orders.LeaveResumed(wanted, now)), cancellationToken);

    /// <summary>What the engine holds: watched targets, sleepers, and remembered epochs.</summary>
    public Task<ImmutableArray<Holding>> HoldingsAsync(CancellationToken cancellationToken) =>
        AskAsync(new WatchRequest<Holding>(_ => _handOver.Holdings()), cancellationToken);

    /// <summary>Stops firing probes (answers in flight still count); what falls due meanwhile waits.</summary>
    public void Pause() => _isPaused = true;

    /// <summary>Fires again: what is overdue fires once, now; missed beats are dropped.</summary>
    public void Resume()
    {
        _isPaused = false;
        _inbox.Tick(Now());
    }

    /// <summary>Returns when there is a verdict to tell.</summary>
    public async Task WaitForVerdictsAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource verdict;
        lock (_gate)
        {
            verdict = _board.NextVerdict();
        }

        using var ended = cancellationToken.Register(() => verdict.TrySetCanceled(cancellationToken));
        await verdict.Task;
    }

    /// <summary>Takes reports that were not taken yet: the latest level of each target that changed since.</summary>
    /// <param name="most">At most so many.</param>
    /// <param name="verdictsOnly">Only those whose belief is news; else also those whose counters merely moved.</param>
    public ImmutableArray<MonitorReport> TakeReports(int most, bool verdictsOnly)
    {
        lock (_gate)
        {
            return _board.Take(most, verdictsOnly, Now());
        }
    }

    /// <summary>Makes the level of every watched target news again: after a reconnect all of them are told.</summary>
    public void TellAll()
    {
        lock (_gate)
        {
            _board.TellAll();
        }
    }

    /// <inheritdoc />
    void IProbeListener.Answered(int slot, uint generation, ProbeAnswer answer) =>
        _inbox.Answer(slot, generation, answer);

    /// <inheritdoc />
    /// <remarks>What waited for its turn while the process was stopped is not asked after it: the loop, which will
    /// see the jump, may come later than the prober.</remarks>
    bool IProbeListener.IsAwaited(int slot, uint generation) =>
        !_isPaused
        && Now() - Volatile.Read(ref _lastTurn) <= AgentLimits.ClockJump.Ticks
        && _tables.IsLatest(slot, generation);

    private async Task<ImmutableArray<T>> AskAsync<T>(WatchRequest<T> request, CancellationToken cancellationToken)
    {
        await _inbox.PutAsync(request, cancellationToken);
        using var ended = cancellationToken.Register(() => request.Answer.TrySetCanceled(cancellationToken));
        return await request.Answer.Task;
    }

    private void Hang(IWatchRequest request)
    {
        _hung.Enqueue(request);
        if (_hung.Count > MostHung)
        {
            _hung.Dequeue().Drop();
        }
    }

    private long Now() => _time.GetElapsedTime(_origin).Ticks;

    /// <summary>Switches on exactly these drills, unless null; says which are on then.</summary>
    public ImmutableArray<Drill> SwitchDrills(ImmutableArray<Drill>? wanted)
    {
        if (wanted is { } drills)
        {
            _options.Drills.Replace(drills);
            LogDrillsSwitched(drills.Length);
            LogDrills();
        }

        return _options.Drills.Active;
    }
}
