using System.Net;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;

namespace Monitoring.Tests.Probes;

/// <summary>
/// A network in which 10.0.0.0/16 answers at once, and the rest swallows everything until it returns.
/// </summary>
internal sealed class Network : IConnectProbe
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _asks = [];
    private (int Count, TaskCompletionSource Reached)? _wanted;
    private int _now;

    public bool Returned { get; set; }

    public int Most { get; private set; }

    public int MostOfOne { get; private set; }

    public async ValueTask<ProbeAnswer> AskAsync(IPAddress address, Kpi kpi, CancellationToken cancellationToken)
    {
        if (Returned || address.GetAddressBytes() is [10, 0, ..])
        {
            return ProbeAnswer.Alive;
        }

        Count(address, 1);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return ProbeAnswer.Alive;
        }
        finally
        {
            Count(address, -1);
        }
    }

    /// <summary>Waits until so many connects are under way.</summary>
    public Task AsksAsync(int count)
    {
        lock (_gate)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _wanted = (count, reached);
            Reach();
            return reached.Task.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    private void Count(IPAddress address, int change)
    {
        lock (_gate)
        {
            _now += change;
            _asks[address] = _asks.GetValueOrDefault(address) + change;
            Most = Math.Max(Most, _now);
            MostOfOne = Math.Max(MostOfOne, _asks[address]);
            Reach();
        }
    }

    private void Reach()
    {
        if (_wanted is { } wanted && _now == wanted.Count)
        {
            wanted.Reached.TrySetResult();
        }
    }
}

/// <summary>Asks as the engine does: a question that is asked anew makes the last one of its slot void.</summary>
internal sealed class Watch(ConnectProbes probes, TimeSpan timeout) : IProbeListener
{
    private static readonly Kpi Tcp = new()
    {
        EventName = "PORT_OPEN", Collector = CollectorKind.TcpConnect, Port = 1,
        PollFrequency = TimeSpan.FromSeconds(3), Timeout = TimeSpan.FromSeconds(3),
    };

    private readonly Lock _gate = new();
    private readonly Dictionary<int, ProbeEndpoint> _targets = [];
    private readonly Dictionary<int, uint> _generations = [];
    private TaskCompletionSource _all = new();
    private int _below;
    private int _missing;

    /// <summary>Answers of the targets that were waited for, other than alive.</summary>
    public int NotAlive { get; private set; }

    public void Add(int slot, IPAddress address) => _targets.Add(slot, new ProbeEndpoint(address));

    /// <summary>Asks so many slots.</summary>
    public void Ask(int first, int count)
    {
        for (var slot = first; slot < first + count; slot++)
        {
            uint generation;
            lock (_gate)
            {
                generation = _generations[slot] = _generations.GetValueOrDefault(slot) + 1;
            }

            probes.Ask(new ProbeQuestion(slot, generation, _targets[slot], Tcp, timeout), this);
        }
    }

    /// <summary>Asks so many slots, from 0, and waits for all of them.</summary>
    public async Task AskAsync(int first, int count)
    {
        _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _below = first + count;
        _missing = count;
        Ask(first, count);
        await _all.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    public void Answered(int slot, uint generation, ProbeAnswer answer)
    {
        lock (_gate)
        {
            if (slot >= _below || _generations[slot] != generation)
            {
                return;
            }

            NotAlive += answer.Kind == ProbeAnswerKind.Alive ? 0 : 1;
            if (--_missing == 0)
            {
                _all.SetResult();
            }
        }
    }

    public bool IsAwaited(int slot, uint generation)
    {
        lock (_gate)
        {
            return _generations.GetValueOrDefault(slot) == generation;
        }
    }
}
