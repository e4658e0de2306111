using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Watchkeeper.Server.Storage;

/// <summary>
/// The one writer of the database: commits what has gathered in one transaction, while callers await durability.
/// </summary>
/// <remarks>
/// A sync to disk costs the same for one unit as for hundreds. Each unit has a savepoint of its own, so that one that
/// conflicts falls out of its group alone; an error of the disk makes the writer try the units of the group one by one.
/// </remarks>
internal sealed partial class GroupCommitWriter(
    string databasePath,
    TopicBoard board,
    ILogger<GroupCommitWriter> logger,
    ICommitGate? gate = null,
    StoreHealth? health = null)
{
    /// <summary>
    /// Units that wait at most. A caller beyond waits for room, which slows down whoever writes too much.
    /// </summary>
    public const int MostWaiting = 4_096;

    /// <summary>Units in one transaction at most, so that the first of them does not wait long for the last.</summary>
    public const int MostInGroup = 512;

    private readonly Channel<CommitUnit> _waiting = Channel.CreateBounded<CommitUnit>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private readonly StoreHealth _health = health ?? new StoreHealth();
    private PreparedCommands? _commands;

    // A number in the file's first page that nobody reads: a page of the log is written, also when it is the same.
    private static readonly Write Harmless = new("PRAGMA user_version = 0", []);

    /// <summary>Tries a write that changes nothing, if the last one was not taken.</summary>
    /// <exception cref="StoreUnavailableException">It was not taken either.</exception>
    public Task TryWriteAsync(CancellationToken cancellationToken) =>
        _health.Failure is null ? Task.CompletedTask : CommitAsync([Harmless], cancellationToken);

    /// <summary>Commits a unit: returns when it is durable. Cancelled means that nothing was stored.</summary>
    /// <exception cref="StoreConflictException">A row count did not hold; nothing was stored.</exception>
    /// <exception cref="StoreUnavailableException">The database takes no writes now; nothing was stored.</exception>
    public async Task CommitAsync(ImmutableArray<Write> writes, CancellationToken cancellationToken)
    {
        if (writes.IsEmpty)
        {
            return;
        }

        var unit = new CommitUnit(writes);
        try
        {
            await _waiting.Writer.WriteAsync(unit, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new StoreUnavailableException("The store is closed.", e);
        }

        await unit.StoredAsync(cancellationToken);
    }

    /// <summary>Commits until it is told to stop; what was handed in before is still stored.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var group = new List<CommitUnit>(MostInGroup);
        try
        {
            while (await HasMoreAsync(cancellationToken))
            {
                while (Gather(group))
                {
                    await CommitGroupAsync(group);
                }
            }

            _waiting.Writer.TryComplete();
            while (Gather(group))
            {
                await CommitGroupAsync(group);
            }
        }
        catch (Exception e)
        {
            _waiting.Writer.TryComplete();
            Abandon(group, new StoreUnavailableException("The store's writer has ended.", e));
            throw;
        }
        finally
        {
            Close();
        }
    }

    private async Task<bool> HasMoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _waiting.Reader.WaitToReadAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private bool Gather(List<CommitUnit> group)
    {
        group.Clear();
        while (group.Count < MostInGroup && _waiting.Reader.TryRead(out var unit))
        {
            if (unit.TryTake())
            {
                group.Add(unit);
            }
        }

        return group.Count > 0;
    }

    private async Task CommitGroupAsync(List<CommitUnit> group)
    {
        try
        {
            await CommitTogetherAsync(group);
            return;
        }
        catch (SqliteException e) when (group.Count == 1)
        {
            Close();
            NoteUnavailable(e);
            group[0].End(new StoreUnavailableException($"The store takes no writes now: {e.Message}", e));
            return;
        }
        catch (SqliteException)
        {
            // Whose fault it is can't be told: a disk that has no room for all may have room for most.
            Close();
        }

        foreach (var unit in group)
        {
            await CommitGroupAsync([unit]);
        }
    }

    private async Task CommitTogetherAsync(List<CommitUnit> group)
    {
        var commands = _commands ??= Open();
        var refusals = new Exception?[group.Count];
        var topics = Topics.None;
        commands.Execute("BEGIN IMMEDIATE");
        for (var i = 0; i < group.Count; i++)
        {
            commands.Execute("SAVEPOINT unit");
            refusals[i] = Apply(commands, group[i]);
            if (refusals[i] is null)
            {
                topics = group[i].Writes.Aggregate(topics, static (all, write) => all | write.Topics);
            }
            else
            {
                commands.Execute("ROLLBACK TO unit");
            }

            commands.Execute("RELEASE unit");
        }

        await (gate?.BeforeCommitAsync(group.Count) ?? Task.CompletedTask);
        commands.Execute("COMMIT");
        await (gate?.AfterCommitAsync(group.Count) ?? Task.CompletedTask);

        // Told only now: a unit that lost against another of a group that was never stored has not lost.
        NoteAvailable();
        board.Pulse(topics);
        for (var i = 0; i < group.Count; i++)
        {
            group[i].End(refusals[i]);
        }
    }

    // Null, or why this unit alone is not stored. What concerns the whole transaction is thrown.
    private static Exception? Apply(PreparedCommands commands, CommitUnit unit)
    {
        foreach (var write in unit.Writes)
        {
            try
            {
                var rows = commands.Execute(write);
                if (write.ExpectedRows is { } expected && rows != expected)
                {
                    return new StoreConflictException($"{rows} rows instead of {expected}: {write.Sql}");
                }
            }
            catch (SqliteException e) when (e.SqliteErrorCode == SQLITE_CONSTRAINT && commands.IsInTransaction)
            {
                return new StoreConflictException($"{e.Message} {write.Sql}");
            }
            catch (SqliteException e) when (IsTheStatements(e) && commands.IsInTransaction)
            {
                return e;
            }
            catch (InvalidOperationException e)
            {
                return e;
            }
        }

        return null;
    }

    private static bool IsTheStatements(SqliteException e) =>
        e.SqliteErrorCode is SQLITE_ERROR or SQLITE_TOOBIG or SQLITE_MISMATCH or SQLITE_RANGE;

    // A connection of its own, outside the pool: what went wrong with it must not come back in another's hands.
    private PreparedCommands Open()
    {
        var connection = new SqliteConnection(DatabaseFile.ConnectionString(databasePath, pooled: false));
        try
        {
            var commands = new PreparedCommands(connection);
            gate?.Opened(connection);
            return commands;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Closing rolls back what was not committed.
    private void Close()
    {
        _commands?.Dispose();
        _commands = null;
    }

    private void Abandon(List<CommitUnit> group, StoreUnavailableException reason)
    {
        foreach (var unit in group)
        {
            unit.End(reason);
        }

        while (Gather(group))
        {
            foreach (var unit in group)
            {
                unit.End(reason);
            }
        }
    }

    private void NoteUnavailable(SqliteException e)
    {
        if (_health.Failed(e.Message))
        {
            LogUnavailable(e.SqliteErrorCode, e.Message);
        }
    }

    private void NoteAvailable()
    {
        if (_health.Worked())
        {
            LogAvailable();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The store stopped taking writes: {SqliteCode} {Reason}")]
    private partial void LogUnavailable(int sqliteCode, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The store took writes again")]
    private partial void LogAvailable();
}
