using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Storage.Model;

namespace Server.Tests.Storage;

/// <summary>A real store in a folder of its own, with its writer running until it is disposed.</summary>
internal sealed class StoreRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly bool _ownsDirectory;
    private readonly Task _writing;

    public StoreRig(string? directory = null, ICommitGate? gate = null)
    {
        _ownsDirectory = directory is null;
        Directory = directory ?? NewDirectory();
        Folder = DataFolder.Open(Directory);
        DatabaseFile.Prepare(Folder.DatabasePath);
        Contexts = new PooledDbContextFactory<WatchkeeperDb>(DatabaseFile.Options(Folder.DatabasePath, pooled: false));
        Board = new TopicBoard();
        Writer = new GroupCommitWriter(
            Folder.DatabasePath, Board, NullLogger<GroupCommitWriter>.Instance, gate, Health);
        Store = new Store(Writer, Contexts, Board);
        _writing = Writer.RunAsync(_stop.Token);
    }

    public string Directory { get; }

    public DataFolder Folder { get; }

    public PooledDbContextFactory<WatchkeeperDb> Contexts { get; }

    public StoreHealth Health { get; } = new();

    public TopicBoard Board { get; }

    public GroupCommitWriter Writer { get; }

    public Store Store { get; }

    /// <summary>The writer's loop; it fails when a gate ended it.</summary>
    public Task Writing => _writing;

    public static string NewDirectory() =>
        System.IO.Directory.CreateTempSubdirectory("watchkeeper-test-").FullName;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        Folder.Dispose();
        if (_ownsDirectory)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
