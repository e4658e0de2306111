using System.Collections.Concurrent;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Vim;

namespace Server.Tests.Operations;

/// <summary>A VIM that keeps VMs in memory, and fails as the test says.</summary>
internal sealed class FakeVim : IVim
{
    private readonly ConcurrentDictionary<VnfcId, VimVm> _vms = new();
    private int _made;

    public string Kind => "SIMULATOR";

    /// <summary>What it has.</summary>
    public IReadOnlyCollection<VnfcId> Vms => [.. _vms.Keys];

    /// <summary>On whose behalf it was asked to remove VMs; empty for nobody's.</summary>
    public ConcurrentQueue<string> RemovedFor { get; } = new();

    /// <summary>How many VMs it was asked to make.</summary>
    public int Asked { get; private set; }

    /// <summary>VMs that it makes before it fails once; null: it makes all.</summary>
    public int? MakesBeforeFailure { get; set; }

    /// <summary>VMs that it removes before it fails once; null: it removes all.</summary>
    public int? RemovesBeforeFailure { get; set; }

    /// <summary>Completes when a VM is asked to end that never does; null: each ends at once.</summary>
    public TaskCompletionSource? Hangs { get; set; }

    public string? Objects { get; set; }

    public string? Objection(VmRequest request) => Objects;

    public Task<VimVm> CreateAsync(VmRequest request, CancellationToken cancellationToken)
    {
        Asked++;
        if (MakesBeforeFailure is 0)
        {
            MakesBeforeFailure = null;
            throw new VimException("no room on any host");
        }

        MakesBeforeFailure--;
        return Task.FromResult(_vms.GetOrAdd(
            request.Vnfc, vnfc => new VimVm($"vm-{vnfc}", $"127.64.0.{Interlocked.Increment(ref _made)}")));
    }

    public Task DeleteAsync(
        VnfcId vnfc, string resourceId, VimOperation operation, CancellationToken cancellationToken)
    {
        RemovedFor.Enqueue($"{operation.Name}{(operation.IsRollback ? " back" : "")}");
        return RemoveAsync(vnfc, cancellationToken);
    }

    public Task DeleteAsync(VnfcId vnfc, string resourceId, CancellationToken cancellationToken)
    {
        RemovedFor.Enqueue("");
        return RemoveAsync(vnfc, cancellationToken);
    }

    private async Task RemoveAsync(VnfcId vnfc, CancellationToken cancellationToken)
    {
        if (Hangs is { } asked)
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        if (RemovesBeforeFailure is 0)
        {
            RemovesBeforeFailure = null;
            throw new VimException("the VM does not go");
        }

        RemovesBeforeFailure--;
        _vms.TryRemove(vnfc, out _);
    }
}
