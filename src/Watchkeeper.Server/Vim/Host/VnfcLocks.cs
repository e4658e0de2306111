using System.Runtime.InteropServices;
using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Server.Vim.Host;

/// <summary>Lets one caller at a time at a VM, and no more than so many callers at all.</summary>
internal sealed class VnfcLocks(int mostAtOnce) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<VnfcId, (SemaphoreSlim Turn, int Callers)> _turns = [];
    private readonly SemaphoreSlim _places = new(mostAtOnce);

    /// <summary>Does something to a VM when its turn has come.</summary>
    public async Task<T> InTurnAsync<T>(
        VnfcId vnfc, Func<CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        var turn = Enter(vnfc);
        try
        {
            await turn.WaitAsync(cancellationToken);
            try
            {
                await _places.WaitAsync(cancellationToken);
                try
                {
                    return await act(cancellationToken);
                }
                finally
                {
                    _places.Release();
                }
            }
            finally
            {
                turn.Release();
            }
        }
        finally
        {
            Leave(vnfc);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();

    private SemaphoreSlim Enter(VnfcId vnfc)
    {
        lock (_lock)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_turns, vnfc, out _);
            entry = (entry.Turn ?? new SemaphoreSlim(1), entry.Callers + 1);
            return entry.Turn;
        }
    }

    private void Leave(VnfcId vnfc)
    {
        lock (_lock)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_turns, vnfc);
            entry.Callers--;
            if (entry.Callers == 0)
            {
                entry.Turn.Dispose();
                _turns.Remove(vnfc);
            }
        }
    }
}
