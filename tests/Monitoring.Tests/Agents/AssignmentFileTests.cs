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
        Copied(file, () => { });
        file.IsBloated(held: 0).ShouldBeFalse();
        Lines().Length.ShouldBe(2);
    }

    [Fact]
    public void What_is_written_while_the_file_is_copied_is_in_the_copy_and_the_file_is_whole_until_then()
    {
        using (var file = AssignmentFile.Open(FilePath, out _, out _, out _))
        {
            file.Left(Id(1), new AssignmentEpoch(8));
            file.Flush();
            Copied(file, () =>
            {
                file.Watched(Assign(3, 4));
                file.Flush();
                Lines().Length.ShouldBe(2);
                file.EndCopy();
                Lines().Length.ShouldBe(2, "a copy that is not written takes nothing's place");
            });
            file.Watched(Assign(4, 1));
            file.Flush();
            Lines().Length.ShouldBe(4);
        }

        using (AssignmentFile.Open(FilePath, out var watched, out var left, out _))
        {
            watched.Select(one => one.Target).ShouldBe([Id(2), Id(3), Id(4)]);
            left.ShouldBe([At(1, 9)]);
        }
    }

    [Fact]
    public void A_crash_before_the_copy_is_in_place_costs_the_copy_only()
    {
        using (var file = AssignmentFile.Open(FilePath, out _, out _, out _))
        {
            file.Watched(Assign(1, 3));
            file.Flush();
        }

        File.WriteAllText(FilePath + ".new", "{\"target\":\"00000009-0007-0007-0102-030405060708\",\"epoch\":7}\n{");

        using (AssignmentFile.Open(FilePath, out var watched, out var left, out _))
        {
            watched.ShouldHaveSingleItem().Target.ShouldBe(Id(1));
            left.ShouldBeEmpty();
            _folder.GetFiles().ShouldHaveSingleItem();
        }
    }

    [Fact]
    public void A_copy_that_can_not_be_written_leaves_the_file_and_is_not_tried_again_at_once()
    {
        using var file = AssignmentFile.Open(FilePath, out _, out _, out _);
        for (var i = 0; i <= AssignmentFile.SlackLines; i++)
        {
            file.Left(Id(1), new AssignmentEpoch(i));
        }

        file.Flush();
        Directory.CreateDirectory(Path.Combine(FilePath + ".new", "in the way"));

        Should.Throw<IOException>(() => Copied(file, () => { }));

        file.IsBloated(held: 0).ShouldBeFalse();
        Lines().Length.ShouldBe(AssignmentFile.SlackLines + 1);
        file.Left(Id(2), new AssignmentEpoch(1));
        file.Flush();
        Lines().Length.ShouldBe(AssignmentFile.SlackLines + 2);
    }

    [Fact]
    public async Task An_engine_drops_the_history_of_its_file_beside_its_loop()
    {
        using var rig = new EngineRig(Options);
        await rig.Set(Assign(1, 1));
        for (var round = 0; round < AssignmentFile.SlackLines / 400; round++)
        {
            await rig.Ask(engine => engine.UnsetAsync(
                [.. Enumerable.Range(2, 450).Select(number => At(number, round))], TimeSpan.Zero,
                CancellationToken.None));
        }

        rig.Advance(2);
        Lines().Length.ShouldBeLessThan(AssignmentFile.SlackLines / 2);
        await rig.Stop();
        using (AssignmentFile.Open(FilePath, out var watched, out var left, out _))
        {
            watched.ShouldHaveSingleItem().Target.ShouldBe(Id(1));
            left.Length.ShouldBe(450);
        }
    }

    [Fact]
    public async Task A_file_that_can_not_be_opened_stops_the_start_with_what_the_system_says()
    {
        using var rig = new EngineRig(new WatchOptions { AssignmentFile = Path.Combine(FilePath, "no", "folder") });
        await Should.ThrowAsync<IOException>(() => rig.Running);
    }

    /// <summary>Copies a file; what is done meanwhile happens between the beginning and the writing.</summary>
    private static void Copied(AssignmentFile file, Action meanwhile)
    {
        var lane = new Lane();
        using var stop = new CancellationTokenSource();
        var copying = lane.Call(() => file.CopyAsync(stop.Token));
        file.BeginCopy([Assign(2, 1)], [At(1, 9)]);
        meanwhile();
        lane.Call(() => true);
        file.EndCopy();
        lane.Call(() =>
        {
            stop.Cancel();
            return true;
        });
        copying.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private string[] Lines() => File.ReadAllLines(FilePath);
}
