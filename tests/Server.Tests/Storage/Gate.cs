using Microsoft.Data.Sqlite;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Storage;

/// <summary>A gate that a test opens, closes, or dies in.</summary>
internal sealed class Gate : ICommitGate
{
    private TaskCompletionSource? _reached;
    private TaskCompletionSource? _held;

    /// <summary>The units of each group that came to the gate.</summary>
    public List<int> Groups { get; } = [];

    public Action<SqliteConnection>? WhenOpened { get; set; }

    /// <summary>Called with the number of the commit, from 1, before it; an exception is a crash.</summary>
    public Action<int>? Before { get; set; }

    /// <summary>Called with the number of the commit, from 1, when it is durable; an exception is a crash.</summary>
    public Action<int>? After { get; set; }

    /// <summary>Holds the next commit.</summary>
    /// <returns>Completes when a commit is being held.</returns>
    public Task Hold()
    {
        _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _reached.Task;
    }

    public void LetGo()
    {
        var held = _held;
        _held = null;
        held?.SetResult();
    }

    public void Opened(SqliteConnection connection) => WhenOpened?.Invoke(connection);

    public Task BeforeCommitAsync(int units)
    {
        Groups.Add(units);
        Before?.Invoke(Groups.Count);
        _reached?.TrySetResult();
        return _held?.Task ?? Task.CompletedTask;
    }

    public Task AfterCommitAsync(int units)
    {
        After?.Invoke(Groups.Count);
        return Task.CompletedTask;
    }
}
