using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Storage;

public sealed class StoreHealthTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PRAGMA query_only = 1", "readonly")]
    [InlineData("PRAGMA max_page_count = 1", "full")]
    public async Task A_store_that_takes_no_writes_says_so_and_recovers_by_itself(string trouble, string why)
    {
        var isTroubled = false;
        var gate = new Gate { WhenOpened = connection => Execute(connection, isTroubled ? trouble : "SELECT 1") };
        await using var rig = new StoreRig(gate: gate);
        await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(1))], Token);
        rig.Health.Failure.ShouldBeNull();

        // Any error of the disk has the writer open its connection anew.
        isTroubled = true;
        await Should.ThrowAsync<StoreUnavailableException>(rig.Store.CommitAsync([Broken], Token));
        await Should.ThrowAsync<StoreUnavailableException>(
            rig.Store.CommitAsync([.. Enumerable.Range(2, 200).Select(n => InstanceTable.Insert(Samples.Instance(n)))],
                Token));
        rig.Health.Failure.ShouldNotBeNull().ShouldContain(why);
        (await rig.Store.InstancesAsync(null, 10, Token)).Length.ShouldBe(1);

        isTroubled = false;
        var probe = new StoreProbe(rig.Writer, TimeProvider.System);
        await probe.TryAsync(Token);

        rig.Health.Failure.ShouldBeNull();
        await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(2))], Token);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_whose_writer_has_failed_does_not_go_on_as_if_it_were_well()
    {
        var token = TestContext.Current.CancellationToken;
        var gate = new Gate { Before = _ => throw new InvalidOperationException("nobody expected this") };
        await using var rig = new StoreRig();
        var writer = new GroupCommitWriter(
            rig.Folder.DatabasePath, rig.Board, NullLogger<GroupCommitWriter>.Instance, gate, rig.Health);
        using var service = new WriterService(writer, new StoreProbe(writer, TimeProvider.System));
        await service.StartAsync(token);

        await Should.ThrowAsync<StoreUnavailableException>(
            writer.CommitAsync([new Write("PRAGMA user_version = 1", [])], token));

        var failed = await Should.ThrowAsync<InvalidOperationException>(service.ExecuteTask!.WaitAsync(token));
        failed.Message.ShouldBe("nobody expected this");
    }

    // Ends the transaction, which no unit may: the writer takes it for an error of the disk.
    private static Write Broken => new("ROLLBACK", []);

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
