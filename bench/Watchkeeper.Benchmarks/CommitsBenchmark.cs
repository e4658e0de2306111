using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Benchmarks;

/// <summary>
/// Durable commits per second of 64 concurrent callers: the group-commit writer, beside a loop that gives each its own
/// transaction on the same kind of file. One commit is a compare-and-set of a state and a notification, 500 bytes each.
/// </summary>
internal sealed class CommitsBenchmark : IBenchmark
{
    private const int Callers = 64;
    private const int Rounds = 5;
    private const double Goal = 8;

    private static readonly string Body = new('x', 500);
    private static readonly TimeProvider Time = TimeProvider.System;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public string Purpose => "durable commits/s at 64 callers: group commit beside one transaction each";

    /// <inheritdoc />
    public async Task<Report> RunAsync(CancellationToken cancellationToken)
    {
        // Taken in turns, so that both see the same machine; the first round of each only warms up.
        var grouped = ImmutableArray.CreateBuilder<double>();
        var plain = ImmutableArray.CreateBuilder<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var groupedRate = await InFolderAsync(path => GroupedAsync(path, cancellationToken));
            var plainRate = await InFolderAsync(path => Task.FromResult(Plain(path)));
            if (round > 0)
            {
                grouped.Add(groupedRate);
                plain.Add(plainRate);
            }
        }

        var (ours, reference) = (grouped.At(0.5), plain.At(0.5));
        return new Report(
            "commits",
            [
                Figure.Of("group commit at 64 callers, median", ours, "/s", reference, null),
                Figure.Of("lowest round", grouped.Min(), "/s", plain.Min(), null),
                Figure.Of("highest round", grouped.Max(), "/s", plain.Max(), null),
                Figure.AtLeast("times one transaction each", ours / reference, "", Goal),
            ]);
    }

    private static async Task<double> InFolderAsync(Func<string, Task<double>> measure)
    {
        var directory = Directory.CreateTempSubdirectory("watchkeeper-bench-").FullName;
        try
        {
            using var folder = DataFolder.Open(directory);
            DatabaseFile.Prepare(folder.DatabasePath);
            return await measure(folder.DatabasePath);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<double> GroupedAsync(string path, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writer = new GroupCommitWriter(path, new TopicBoard(), NullLogger<GroupCommitWriter>.Instance);
        var writing = writer.RunAsync(stop.Token);
        await writer.CommitAsync([.. Enumerable.Range(0, Callers).Select(Insert)], cancellationToken);

        var start = Time.GetTimestamp();
        var commits = await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            var version = 0;
            for (; Time.GetElapsedTime(start) < Round; version++)
            {
                await writer.CommitAsync([Advance(caller, version), Tell()], cancellationToken);
            }

            return version;
        }));
        var elapsed = Time.GetElapsedTime(start);
        await stop.CancelAsync();
        await writing;
        return commits.Sum() / elapsed.TotalSeconds;
    }

    private static double Plain(string path)
    {
        using var connection = new SqliteConnection(DatabaseFile.ConnectionString(path, pooled: false));
        using var commands = new PreparedCommands(connection);
        commands.Execute(Insert(0));
        var start = Time.GetTimestamp();
        var version = 0;
        for (; Time.GetElapsedTime(start) < Round; version++)
        {
            commands.Execute("BEGIN IMMEDIATE");
            commands.Execute(Advance(0, version));
            commands.Execute(Tell());
            commands.Execute("COMMIT");
        }

        return version / Time.GetElapsedTime(start).TotalSeconds;
    }

    private static Write Insert(int caller) => new(
        "INSERT INTO occurrences (id, vnf_instance_id, version, is_open, document) VALUES (@p0, @p0, 0, 1, @p1)",
        [$"{caller}", Body],
        ExpectedRows: 1);

    private static Write Advance(int caller, int version) => new(
        "UPDATE occurrences SET version = @p1 + 1, document = @p2 WHERE id = @p0 AND version = @p1",
        [$"{caller}", version, Body],
        ExpectedRows: 1);

    private static Write Tell() =>
        new("INSERT INTO notifications (document) VALUES (@p0)", [Body], ExpectedRows: 1, Topics.Notifications);
}
