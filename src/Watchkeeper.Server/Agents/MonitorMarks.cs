using System.Collections.Concurrent;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Writes down whether VMs have their monitor, as agents confirm it, refuse it or are lost.</summary>
internal sealed partial class MonitorMarks(
    Assignments assignments,
    Store store,
    MonitorWrites writes,
    KnownStates states,
    TimeProvider time,
    ILogger<MonitorMarks> logger)
{
    /// <summary>Tries of one mark against writers that were faster; they know better, so then it is dropped.</summary>
    private const int MostTries = 8;

    /// <summary>With so many VMs to mark, no further agent is begun with: what waits for the store is in
    /// memory.</summary>
    private const int MostAtOnce = 4_096;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Signal _work = new();

    // The last word on each agent: an earlier one that was not written yet is void. Of different agents they are
    // written at the same time, of one agent one after another.
    private readonly Queue<string> _order = new();
    private readonly Dictionary<string, Word> _words = new(StringComparer.Ordinal);

    // The versions of VMs that this loop has just marked as lost: a return that overtook the mark undoes it.
    private readonly ConcurrentDictionary<TargetId, long> _justLost = new();

    /// <summary>Takes note that an agent is lost; its VMs are marked UNWATCHED soon.</summary>
    public void AgentLost(string agent) => Say(agent, new Word(IsLost: true, []));

    /// <summary>Takes note that an agent is back, and which VMs it says it watches.</summary>
    public void AgentReturned(string agent, ImmutableArray<WatchedVnfc> held) =>
        Say(agent, new Word(IsLost: false, held));

    /// <summary>Writes marks until it is cancelled.</summary>
    /// <param name="isLost">Whether an agent is still lost when its turn has come.</param>
    /// <param name="cancellationToken">Ends the loop.</param>
    public async Task RunAsync(Func<string, bool> isLost, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _work.WaitAsync(cancellationToken);
            await WriteAsync(isLost, cancellationToken);
        }
    }

    /// <summary>Writes the marks that wait to be written.</summary>
    public async Task WriteAsync(Func<string, bool> isLost, CancellationToken cancellationToken)
    {
        while (TakeSome() is { Count: > 0 } words)
        {
            // All at once: of many agents that are lost together, the last does not wait for the commits of the others.
            var marked = await Task.WhenAll(words.Select(word => TryWriteAsync(word, isLost, cancellationToken)));
            if (marked.Contains(false))
            {
                await Task.Delay(RetryAfter, time, cancellationToken);
            }
        }

        _justLost.Clear();
    }

    /// <summary>Marks a VM, if it is still under that epoch and the mark is news.</summary>
    /// <param name="target">The VM and its epoch.</param>
    /// <param name="monitor">The mark.</param>
    /// <param name="also">What is written only together with it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The VM as it was marked; null when it was not.</returns>
    public async Task<WatchedVnfc?> MarkAsync(
        TargetEpoch target, MonitorState monitor, ImmutableArray<Write> also, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            if (!assignments.TryFind(target.Target, out var found)
                || found.Vnfc.Epoch != target.Epoch.Value
                || found.Vnfc.Monitor == monitor
                || found.Vnfc.Monitor == MonitorState.Unset)
            {
                return null;
            }

            if (await TryMarkAsync(found, monitor, also, cancellationToken) is { } marked)
            {
                return marked;
            }
        }

        return null;
    }

    private async Task<bool> TryWriteAsync(
        (string Agent, Word Word) said, Func<string, bool> isLost, CancellationToken cancellationToken)
    {
        var (agent, word) = said;
        try
        {
            await Task.WhenAll(word.IsLost
                ? assignments.Of(agent)
                    .Where(vnfc => vnfc.Vnfc.Monitor == MonitorState.Set && isLost(agent))
                    .Select(vnfc => LoseAsync(vnfc, cancellationToken))
                : word.Held.Select(vnfc => ConfirmAsync(vnfc, cancellationToken)));
            return true;
        }
        catch (StoreUnavailableException unavailable)
        {
            LogNotMarked(agent, unavailable.Message);
            Say(agent, word, isNews: false);
            return false;
        }
    }

    private async Task LoseAsync(WatchedVnfc vnfc, CancellationToken cancellationToken)
    {
        var target = new TargetEpoch(vnfc.Target, new AssignmentEpoch(vnfc.Vnfc.Epoch));
        if (await MarkAsync(target, MonitorState.Unwatched, [], cancellationToken) is { } marked)
        {
            _justLost[marked.Target] = marked.Vnfc.Version;
        }
    }

    // Unless it was changed since the agent was compared: an operation may have put the monitor to sleep meanwhile.
    private async Task ConfirmAsync(WatchedVnfc compared, CancellationToken cancellationToken)
    {
        if (assignments.TryFind(compared.Target, out var found)
            && found.Vnfc.Monitor != MonitorState.Set
            && (found.Vnfc.Version == compared.Vnfc.Version
                || (_justLost.TryGetValue(found.Target, out var lost) && found.Vnfc.Version == lost)))
        {
            await TryMarkAsync(found, MonitorState.Set, [], cancellationToken);
        }
    }

    private async Task<WatchedVnfc?> TryMarkAsync(
        WatchedVnfc vnfc, MonitorState monitor, ImmutableArray<Write> also, CancellationToken cancellationToken)
    {
        try
        {
            var marked = vnfc with { Vnfc = vnfc.Vnfc.Marked(monitor) };
            await store.CommitAsync([.. writes.Settled(marked.Vnfc), .. also], cancellationToken);
            marked = MonitorSetting.Stored(marked);
            assignments.Refreshed(marked);
            if (monitor == MonitorState.Set)
            {
                states.Taken(vnfc);
            }

            return marked;
        }
        catch (StoreConflictException)
        {
            assignments.Refreshed(await store.VnfcsAsync(vnfc.Vnfc.VnfInstanceId, cancellationToken));
            return null;
        }
    }

    private void Say(string agent, Word word, bool isNews = true)
    {
        lock (_lock)
        {
            if (!isNews && _words.ContainsKey(agent))
            {
                return;
            }

            if (!_words.ContainsKey(agent))
            {
                _order.Enqueue(agent);
            }

            _words[agent] = word;
        }

        _work.Raise();
    }

    private List<(string Agent, Word Word)> TakeSome()
    {
        var (words, marks) = (new List<(string, Word)>(), 0);
        lock (_lock)
        {
            while (marks < MostAtOnce && _order.TryDequeue(out var agent))
            {
                _words.Remove(agent, out var word);
                words.Add((agent, word));
                marks += word.IsLost ? assignments.CountOf(agent) : word.Held.Length;
            }
        }

        return words;
    }

    private readonly record struct Word(bool IsLost, ImmutableArray<WatchedVnfc> Held);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "The VMs of {Agent} could not be marked; it is tried again: {Reason}")]
    private partial void LogNotMarked(string agent, string reason);
}
