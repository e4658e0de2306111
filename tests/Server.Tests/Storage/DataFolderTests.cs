using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Storage.Model;

namespace Server.Tests.Storage;

public sealed class DataFolderTests : IDisposable
{
    private readonly string _directory = StoreRig.NewDirectory();

    private string Data => Path.Combine(_directory, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_folder_and_all_files_in_it_are_their_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using var rig = new StoreRig(Data);
        await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(1))], Token);

        File.GetUnixFileMode(Data).ShouldBe(DataFolder.PrivateFolder);
        var files = Directory.GetFiles(Data);
        files.Select(Path.GetFileName).ShouldBe(
            ["lock", "watchkeeper.db", "watchkeeper.db-made", "watchkeeper.db-shm", "watchkeeper.db-wal"],
            ignoreOrder: true);
        foreach (var file in files)
        {
            File.GetUnixFileMode(file).ShouldBe(DataFolder.PrivateFile, file);
        }
    }

    [Fact]
    public void A_second_server_on_the_folder_is_refused_with_one_clear_line()
    {
        using (DataFolder.Open(Data))
        {
            var refusal = Should.Throw<DataFolderException>(() => DataFolder.Open(Data));
            refusal.Message.ShouldBe($"The data folder {Data} is in use by another server.");
        }

        DataFolder.Open(Data).Dispose();
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_named()
    {
        File.WriteAllText(Data, "");
        Should.Throw<DataFolderException>(() => DataFolder.Open(Data)).Message
            .ShouldStartWith($"The data folder {Data} ");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_database_that_is_gone_is_not_taken_for_a_new_one(bool isEmpty)
    {
        using var folder = DataFolder.Open(Data);
        DatabaseFile.Prepare(folder.DatabasePath);
        DatabaseFile.Prepare(folder.DatabasePath);
        foreach (var file in Directory.GetFiles(Data, "watchkeeper.db").Concat(Directory.GetFiles(Data, "*-wal")))
        {
            File.Delete(file);
        }

        if (isEmpty)
        {
            DatabaseFile.CreatePrivate(folder.DatabasePath);
        }

        var refused = Should.Throw<DataFolderException>(() => DatabaseFile.Prepare(folder.DatabasePath)).Message;

        refused.ShouldContain("restore it from a backup");
        File.Exists(folder.DatabasePath).ShouldBe(isEmpty, "it was left as it is");
        File.Delete(refused.Split("remove ")[1].Split(' ')[0]);
        DatabaseFile.Prepare(folder.DatabasePath);
    }

    [Theory]
    [InlineData("not a database at all, but longer than a header of a hundred bytes "
        + "........................................................")]
    [InlineData(null)]
    public async Task A_damaged_database_is_refused_and_left_untouched(string? text)
    {
        using var folder = DataFolder.Open(Data);
        if (text is not null)
        {
            await File.WriteAllTextAsync(folder.DatabasePath, text, Token);
        }
        else
        {
            DatabaseFile.Prepare(folder.DatabasePath);
            SqliteConnection.ClearAllPools();
            await using var file = File.OpenWrite(folder.DatabasePath);
            file.Position = 4096;
            await file.WriteAsync(Enumerable.Repeat((byte)0xAA, 8192).ToArray(), Token);
        }

        var before = await File.ReadAllBytesAsync(folder.DatabasePath, Token);
        var refusal = Should.Throw<DataFolderException>(() => DatabaseFile.Prepare(folder.DatabasePath));

        refusal.Message.ShouldContain("is damaged and was left untouched");
        refusal.Message.ShouldNotContain('\n');
        (await File.ReadAllBytesAsync(folder.DatabasePath, Token)).ShouldBe(before);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await using (var rig = new StoreRig(Data))
        {
            await rig.Store.CommitAsync(
                [new Write("INSERT INTO __EFMigrationsHistory VALUES ('99990101000000_Later', '99')", [])], Token);
        }

        using var folder = DataFolder.Open(Data);
        Should.Throw<DataFolderException>(() => DatabaseFile.Prepare(folder.DatabasePath))
            .Message.ShouldContain("newer version of Watchkeeper (99990101000000_Later)");
    }

    [Fact]
    public async Task A_server_that_was_killed_while_it_migrated_does_not_hold_up_the_next()
    {
        await using (var rig = new StoreRig(Data))
        {
            await rig.Store.CommitAsync(
                [new Write("INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2026-01-01')", [])], Token);
        }

        await using (var rig = new StoreRig(Data))
        {
            (await rig.Store.InstancesAsync(null, 1, Token)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Open_occurrences_are_found_by_their_index()
    {
        await using var rig = new StoreRig(Data);
        await using var connection = new SqliteConnection(
            DatabaseFile.ConnectionString(rig.Folder.DatabasePath, pooled: false));
        await connection.OpenAsync(Token);
        foreach (var (condition, index) in new[]
        {
            ("o.is_open", "ux_occurrences_open"),
            ("o.vnf_instance_id = 'x' AND o.is_open", "ux_occurrences_open"),
            ("o.needs_work", "ix_occurrences_work"),
            ("o.failed_temp_at <= 7", "ix_occurrences_failed_temp"),
        })
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"EXPLAIN QUERY PLAN SELECT o.document FROM occurrences AS o WHERE {condition}";
            await using var plan = await command.ExecuteReaderAsync(Token);
            (await plan.ReadAsync(Token)).ShouldBeTrue();
            plan.GetString(3).ShouldContain(index);
        }
    }

    [Fact]
    public async Task What_an_earlier_version_stored_is_given_the_columns_that_it_did_not_have()
    {
        using (var folder = DataFolder.Open(Data))
        {
            DatabaseFile.Prepare(folder.DatabasePath);
            await using var db = new WatchkeeperDb(DatabaseFile.Options(folder.DatabasePath, pooled: false));
            await db.Database.MigrateAsync("Initial", Token);
            var resting = Samples.Operation(1, 1)
                .Moved(LcmTrigger.Admitted, null, Samples.Noon).Moved(LcmTrigger.Interrupted, null, Samples.Noon);
            foreach (var stored in (VnfLcmOpOcc[])[resting, Samples.Operation(2, 2)])
            {
                await db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO occurrences (id, vnf_instance_id, version, is_open, document)
                    VALUES ({stored.Id.ToString()}, {stored.VnfInstanceId.ToString()}, 0, 1, {Documents.Write(stored)})
                    """,
                    Token);
            }
        }

        await using var rig = new StoreRig(Data);
        (await rig.Store.OccurrencesAtWorkAsync(Token)).Select(o => o.Id.Value).ShouldBe([Samples.Id(2)]);
        (await rig.Store.FailedTempAsync(Token)).Select(o => o.Id.Value).ShouldBe([Samples.Id(1)]);
    }
}
