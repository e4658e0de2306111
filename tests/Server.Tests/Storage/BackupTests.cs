using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Storage.Backup;

namespace Server.Tests.Storage;

public sealed class BackupTests : IDisposable
{
    private readonly string _directory = StoreRig.NewDirectory();

    private string Data => Path.Combine(_directory, "data");

    private string Backup => Path.Combine(_directory, "backup");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_backup_of_a_server_at_work_is_one_moment_of_it()
    {
        await using (var rig = new StoreRig(Data))
        {
            var stop = new CancellationTokenSource();
            var writing = WriteAsync(rig.Store, stop.Token);
            await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(1))], Token);
            DataBackup.Save(Data, Backup);
            await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(2))], Token);
            await stop.CancelAsync();
            await writing;
            stop.Dispose();
        }

        Directory.GetFileSystemEntries(Backup).ShouldBe([Path.Combine(Backup, "watchkeeper.db")]);
        await using var saved = new StoreRig(Backup);
        (await saved.Store.InstancesAsync(null, 10, Token)).Select(i => i.Id.Value).ShouldBe([Samples.Id(1)]);
        (await saved.Store.EventsAsync(0, null, 100_000, Token)).Length.ShouldBe(
            2 * (await saved.Store.AgentsAsync(Token)).Length);
    }

    [Fact]
    public async Task Everything_of_worth_is_saved_for_its_owner_alone_and_put_back()
    {
        await StoreAsync(1);
        await WriteFileAsync("agent-token", "token");
        await WriteFileAsync("packages/one/Definitions/a.yaml", "a");
        await WriteFileAsync("packages/.incoming/two/b.yaml", "half");
        await WriteFileAsync("vms/one/pid", "1");

        DataBackup.Save(Data, Backup);
        await StoreAsync(2);
        await WriteFileAsync("agent-token", "another");
        string? aside;
        using (var folder = DataFolder.Open(Data))
        {
            aside = DataBackup.Restore(Backup, folder);
        }

        (await File.ReadAllTextAsync(Path.Combine(Data, "agent-token"), Token)).ShouldBe("token");
        Directory.GetFiles(Backup, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Backup, file))
            .ShouldBe(["watchkeeper.db", "agent-token", "packages/one/Definitions/a.yaml"], ignoreOrder: true);
        await using (var rig = new StoreRig(Data))
        {
            (await rig.Store.InstancesAsync(null, 10, Token)).Select(i => i.Id.Value).ShouldBe([Samples.Id(1)]);
        }

        await using (var former = new StoreRig(aside.ShouldNotBeNull()))
        {
            (await former.Store.InstancesAsync(null, 10, Token)).Length.ShouldBe(2);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Backup).ShouldBe(DataFolder.PrivateFolder);
            foreach (var file in (string[])[$"{Backup}/watchkeeper.db", $"{Backup}/agent-token",
                $"{Data}/watchkeeper.db"])
            {
                File.GetUnixFileMode(file).ShouldBe(DataFolder.PrivateFile);
            }
        }
    }

    [Fact]
    public async Task What_is_there_is_never_overwritten_and_no_half_backup_is_left()
    {
        Should.Throw<DataFolderException>(() => DataBackup.Save(Data, Backup)).Message.ShouldContain("no database");
        await StoreAsync(1);
        Directory.CreateDirectory(Backup);
        Should.Throw<DataFolderException>(() =>
            DataBackup.Save(Data, Backup)).Message.ShouldContain("is there already");
        using var folder = DataFolder.Open(Data);
        Should.Throw<DataFolderException>(() => DataBackup.Restore(Backup, folder)).Message.ShouldContain("no backup");
        await File.WriteAllTextAsync(Path.Combine(Backup, "watchkeeper.db"), new string('x', 9_000), Token);
        Should.Throw<DataFolderException>(() => DataBackup.Restore(Backup, folder)).Message.ShouldContain("damaged");
        File.Exists(folder.DatabasePath).ShouldBeTrue();
    }

    [Theory]
    [InlineData("--data d --backup-to b", "b", false, "--data d")]
    [InlineData("--backup-to=b --data d", "b", false, "--data d")]
    [InlineData("--restore-from b", "b", true, "")]
    public void The_command_line_says_what_is_to_be_done(string line, string folder, bool isRestore, string rest)
    {
        var verb = BackupVerb.Of(line.Split(' ')).ShouldNotBeNull();

        verb.Folder.ShouldBe(folder);
        verb.IsRestore.ShouldBe(isRestore);
        string.Join(' ', verb.Rest).ShouldBe(rest);
    }

    [Fact]
    public void A_command_line_without_a_verb_serves_and_a_verb_without_a_folder_is_refused()
    {
        BackupVerb.Of(["--data", "d"]).ShouldBeNull();
        Should.Throw<DataFolderException>(() => BackupVerb.Of(["--backup-to"]));
        Should.Throw<DataFolderException>(() => BackupVerb.Of(["--backup-to", "--data", "d"]));
        Should.Throw<DataFolderException>(() => BackupVerb.Of(["--backup-to=a", "--data", "d", "--restore-from", "b"]))
            .Message.ShouldContain("Only one");
    }

    // Each commit has an agent and two events: a backup that cuts one would have another number of them.
    private static async Task WriteAsync(Store store, CancellationToken stop)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            await store.CommitAsync(
                [
                    AgentTable.Put(new AgentRow($"a{n}", "s", 1, "1", [], false, Samples.Noon, Samples.Noon)),
                    EventTable.Append(Samples.Event(n, 1)),
                    EventTable.Append(Samples.Event(n, 1)),
                ],
                CancellationToken.None);
        }
    }

    private async Task StoreAsync(int instance)
    {
        await using var rig = new StoreRig(Data);
        await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(instance))], Token);
    }

    private async Task WriteFileAsync(string name, string text)
    {
        var path = Path.Combine(Data, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, Token);
    }
}
