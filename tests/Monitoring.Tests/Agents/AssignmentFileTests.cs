using Watchkeeper.Monitoring.Agents;
using static Monitoring.Tests.Agents.EngineRig;

namespace Monitoring.Tests.Agents;

public sealed class AssignmentFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wk-file-");

    private string FilePath => Path.Combine(_folder.FullName, "assignments");

    private WatchOptions Options => new() { AssignmentFile = FilePath };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_restarted_agent_goes_on_with_what_it_watched_and_knows_what_it_left()
    {
        using (var before = new EngineRig(Options))
        {
            await before.Set(Assign(1, 3), Assign(2, 4), Assign(3, 1));
            await before.Unset(2, 5, hold: 0);
            await before.Set(Assign(3, 2));
            await before.Stop();
        }

        using var after = new EngineRig(Options);
        (await after.Holdings()).ShouldBe(
            [
                new Holding(Id(1), new AssignmentEpoch(3), IsWatched: false),
                new Holding(Id(3), new AssignmentEpoch(2), IsWatched: false),
                new Holding(Id(2), new AssignmentEpoch(5), IsWatched: false),
            ],
            ignoreOrder: true);
        after.Advance(1);
        after.Prober.Asked.Select(asked => asked.Address).Order().ShouldBe(["10.0.0.1", "10.0.0.3"]);
        (await after.Set(Assign(2, 5))).ShouldHaveSingleItem().IsSet.ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_acknowledged_is_in_the_file_and_a_woken_sleeper_too()
    {
        using var rig = new EngineRig(Options);
        await rig.Set(Assign(1, 3));
        Lines().Length.ShouldBe(1);
        await rig.Unset(1, 3, hold: 1);
        Lines().Length.ShouldBe(2);
        rig.Advance(1.1);
        Lines().Length.ShouldBe(3);
        Lines()[2].ShouldBe(Lines()[0]);
    }

    [Fact]
    public async Task A_torn_last_line_costs_only_itself()
    {
        using (var before = new EngineRig(Options))
        {
            await before.Set(Assign(1, 3), Assign(2, 4));
            await before.Stop();
        }

        File.WriteAllText(FilePath, File.ReadAllText(FilePath)[..^20]);
        using (var file = AssignmentFile.Open(FilePath, out var watched, out _, out var unreadable))
        {
            watched.ShouldHaveSingleItem().Target.ShouldBe(Id(1));
            unreadable.ShouldBe(0);
            file.Left(Id(1), new AssignmentEpoch(9));
            file.Flush();
        }

        using (AssignmentFile.Open(FilePath, out var watched, out var left, out _))
        {
            watched.ShouldBeEmpty();
            left.ShouldBe([At(1, 9)]);
        }
    }

    [Fact]
    public void Unreadable_lines_in_the_middle_are_counted_and_skipped()
    {
        File.WriteAllText(FilePath, "{\"target\":\"nonsense\"}\n\0\0\0\nnull\n"
            + "{\"target\":\"00000001-0007-0007-0102-030405060708\",\"epoch\":7}\n");
        using var file = AssignmentFile.Open(FilePath, out _, out var left, out var unreadable);
        left.ShouldBe([At(1, 7)]);
        unreadable.ShouldBe(3);
        Lines().ShouldHaveSingleItem();
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void Only_its_owner_may_read_it()
    {
        using var file = AssignmentFile.Open(FilePath, out _, out _, out _);
        File.GetUnixFileMode(FilePath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _folder.GetFiles().ShouldHaveSingleItem("nothing is left beside it");
    }

    [Fact]
    public void History_is_dropped_when_it_outgrows_what_is_held()
    {
        using var file = AssignmentFile.Open(FilePath, out _, out _, out _);
        for (var i = 0; i <= AssignmentFile.SlackLines; i++)
        {
            file.Left(Id(1), new AssignmentEpoch(i));
        }

        file.Flush();
        file.IsBloated(held: 0).ShouldBeTrue();
        file.Rewrite([Assign(2, 1)], [At(1, 9)]);
        file.IsBloated(held: 0).ShouldBeFalse();
        Lines().Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_file_that_can_not_be_opened_stops_the_start_with_what_the_system_says()
    {
        using var rig = new EngineRig(new WatchOptions { AssignmentFile = Path.Combine(FilePath, "no", "folder") });
        await Should.ThrowAsync<IOException>(() => rig.Running);
    }

    private string[] Lines() => File.ReadAllLines(FilePath);
}
