using CsCheck;
using Microsoft.Data.Sqlite;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Storage;

public sealed class GroupCommitWriterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_gathers_while_a_commit_is_under_way_is_committed_together_and_a_conflict_falls_out_alone()
    {
        var gate = new Gate();
        await using var rig = new StoreRig(gate: gate);
        await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(1))], Token);
        var held = gate.Hold();
        var first = rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(2))], Token);
        await held;

        // Of each unit that conflicts the first write would have worked.
        var others = Enumerable.Range(100, 62)
            .Select(n => rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(n))], Token)).ToArray();
        var stale = rig.Store.CommitAsync(
            [InstanceTable.Insert(Samples.Instance(3)), InstanceTable.Update(Samples.Instance(1) with { Version = 7 })],
            Token);
        var twice = rig.Store.CommitAsync(
            [InstanceTable.Insert(Samples.Instance(4)), InstanceTable.Insert(Samples.Instance(1))], Token);
        gate.LetGo();

        await first;
        await Task.WhenAll(others);
        await Should.ThrowAsync<StoreConflictException>(stale);
        await Should.ThrowAsync<StoreConflictException>(twice);
        gate.Groups.ShouldBe([1, 1, 64]);
        var stored = await rig.Store.InstancesAsync(null, 100, Token);
        stored.Select(i => i.Id.Value).ShouldBe(new[] { 1, 2 }.Concat(Enumerable.Range(100, 62)).Select(Samples.Id));
    }

    [Fact]
    public async Task Sixty_four_callers_lose_nothing_and_share_their_syncs()
    {
        var gate = new Gate();
        await using var rig = new StoreRig(gate: gate);
        async Task CallAsync(int caller)
        {
            for (var n = 0; n < 20; n++)
            {
                await rig.Store.CommitAsync([EventTable.Append(Samples.Event((caller * 100) + n, caller))], Token);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 64).Select(CallAsync));

        var events = await rig.Store.EventsAsync(0, null, 10_000, Token);
        events.Length.ShouldBe(64 * 20);
        gate.Groups.Count.ShouldBeLessThan(64 * 20 / 2);

        // Each caller's own are in the order in which it was told of them.
        foreach (var own in events.GroupBy(e => e.Event.VnfInstanceId))
        {
            own.Select(e => e.Event.At).ShouldBeInOrder();
        }
    }

    [Fact]
    public Task No_interleaving_of_compare_and_set_loses_an_increment() =>
        Gen.Int[1, 6].Array[1, 12].SampleAsync(
            async increments =>
            {
                await using var rig = new StoreRig();
                var id = Samples.Instance(1).Id;
                await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(1) with { Name = "0" })], Token);

                await Task.WhenAll(increments.Select(async count =>
                {
                    for (var done = 0; done < count;)
                    {
                        done += await TryIncrementAsync(rig.Store, id) ? 1 : 0;
                    }
                }));

                var end = (await rig.Store.FindInstanceAsync(id, Token))!;
                end.Name.ShouldBe($"{increments.Sum()}");
                end.Version.ShouldBe(increments.Sum());
            },
            iter: 10);

    [Fact]
    public async Task A_full_disk_refuses_what_has_no_room_and_the_writer_lives_on()
    {
        var limit = long.MaxValue;
        var gate = new Gate
        {
            WhenOpened = connection => Pragma(connection, $"max_page_count = {Math.Min(limit, 1 << 30)}"),
        };
        await using var rig = new StoreRig(gate: gate);
        await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(1))], Token);
        limit = PagesOf(rig) + 3;
        var large = Samples.Instance(2) with { Description = new string('x', 100_000) };

        await rig.Writer.CommitAsync([new Write("PRAGMA max_page_count = " + limit, [])], Token);
        var held = gate.Hold();
        var before = rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(3))], Token);
        await held;
        var refused = rig.Store.CommitAsync([InstanceTable.Insert(large)], Token);
        var stored = rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(4))], Token);
        gate.LetGo();

        await before;
        await Should.ThrowAsync<StoreUnavailableException>(refused);
        await stored;

        // The connection of the last commit still has the limit; the next one is opened without.
        limit = long.MaxValue;
        await Should.ThrowAsync<StoreUnavailableException>(rig.Store.CommitAsync([InstanceTable.Insert(large)], Token));
        await rig.Store.CommitAsync([InstanceTable.Insert(large)], Token);
        (await rig.Store.InstancesAsync(null, 10, Token)).Length.ShouldBe(4);
    }

    [Fact]
    public async Task A_statement_that_is_wrong_harms_nobody_else()
    {
        var gate = new Gate();
        await using var rig = new StoreRig(gate: gate);
        var held = gate.Hold();
        var first = rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(1))], Token);
        await held;
        var wrong = rig.Store.CommitAsync([new Write("INSERT INTO nothing VALUES (1)", [])], Token);
        var unbindable = rig.Store.CommitAsync(
            [new Write("DELETE FROM levels WHERE target = @p0", [new object()])], Token);
        var right = rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(2))], Token);
        gate.LetGo();

        await Task.WhenAll(first, right);
        await Should.ThrowAsync<SqliteException>(wrong);
        await Should.ThrowAsync<InvalidOperationException>(unbindable);
        gate.Groups.ShouldBe([1, 3]);
    }

    [Fact]
    public async Task A_caller_that_gives_up_while_it_waits_has_stored_nothing_and_one_whose_turn_has_come_is_told()
    {
        var gate = new Gate();
        await using var rig = new StoreRig(gate: gate);
        using var impatience = new CancellationTokenSource();
        var held = gate.Hold();
        var taken = rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(1))], impatience.Token);
        await held;
        var waiting = rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(2))], impatience.Token);

        await impatience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
        taken.IsCompleted.ShouldBeFalse();
        gate.LetGo();

        await taken;
        await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(3))], Token);
        (await rig.Store.InstancesAsync(null, 10, Token)).Select(i => i.Id.Value)
            .ShouldBe([Samples.Id(1), Samples.Id(3)]);
    }

    [Fact]
    public async Task What_was_handed_in_before_the_stop_is_stored_and_what_comes_after_is_refused()
    {
        var gate = new Gate();
        var rig = new StoreRig(gate: gate);
        var held = gate.Hold();
        var first = rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(1))], Token);
        await held;
        var second = rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(2))], Token);
        var stop = rig.DisposeAsync();
        gate.LetGo();
        await stop;

        await first;
        await second;
        await Should.ThrowAsync<StoreUnavailableException>(
            rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(3))], Token));
    }

    [Fact]
    public async Task A_crash_before_a_commit_stores_nothing_of_it_and_one_after_it_everything()
    {
        var directory = StoreRig.NewDirectory();
        await using (var rig = new StoreRig(directory, new Gate { Before = n => Crash(n == 2) }))
        {
            await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(1))], Token);
            await Should.ThrowAsync<StoreUnavailableException>(
                rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(2))], Token));
        }

        await using (var rig = new StoreRig(directory, new Gate { After = n => Crash(n == 1) }))
        {
            (await rig.Store.InstancesAsync(null, 10, Token)).Length.ShouldBe(1);
            await Should.ThrowAsync<StoreUnavailableException>(
                rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(3))], Token));
        }

        await using (var rig = new StoreRig(directory))
        {
            (await rig.Store.InstancesAsync(null, 10, Token)).Select(i => i.Id.Value)
                .ShouldBe([Samples.Id(1), Samples.Id(3)]);
        }

        Directory.Delete(directory, recursive: true);
    }

    private static void Crash(bool now)
    {
        if (now)
        {
            throw new NotSupportedException("The process was killed here.");
        }
    }

    private static async Task<bool> TryIncrementAsync(Store store, VnfInstanceId id)
    {
        var read = (await store.FindInstanceAsync(id, Token))!;
        var next = int.Parse(read.Name!) + 1;
        try
        {
            await store.CommitAsync([InstanceTable.Update(read with { Name = $"{next}" })], Token);
            return true;
        }
        catch (StoreConflictException)
        {
            return false;
        }
    }

    private static void Pragma(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA " + pragma;
        command.ExecuteNonQuery();
    }

    private static long PagesOf(StoreRig rig)
    {
        using var connection = new SqliteConnection(
            DatabaseFile.ConnectionString(rig.Folder.DatabasePath, pooled: false));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA page_count";
        return (long)command.ExecuteScalar()!;
    }
}
