using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Storage;

public sealed class NotificationTailTests
{
    private readonly List<StoredNotification> _log = [];
    private readonly List<long> _reads = [];
    private readonly NotificationTail _tail;
    private int _size = 100;
    private long _stamp = 1;

    public NotificationTailTests() => _tail = new NotificationTail(ReadAsync, () => _stamp);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_deliver_the_log_is_read_once()
    {
        var cursors = new long[100];
        for (var round = 0; round < 20; round++)
        {
            Commit(3);
            for (var reader = 0; reader < cursors.Length; reader++)
            {
                var entries = await _tail.ReadAsync(cursors[reader], 64, Token);
                entries.Select(entry => entry.Position).ShouldBe([(round * 3) + 1, (round * 3) + 2, (round * 3) + 3]);
                cursors[reader] = entries[^1].Position;
                (await _tail.ReadAsync(cursors[reader], 64, Token)).ShouldBeEmpty();
            }
        }

        _reads.Count.ShouldBe(20);
    }

    [Fact]
    public async Task Who_has_fallen_behind_reads_by_itself_and_misses_nothing()
    {
        Commit(10);
        (await _tail.ReadAsync(0, 4, Token)).Length.ShouldBe(4);
        for (var n = 0; n < 20; n++)
        {
            Commit(300);
            var fast = 10L + (n * 300);
            while (await _tail.ReadAsync(fast, 64, Token) is { IsEmpty: false } entries)
            {
                entries[0].Position.ShouldBe(fast + 1);
                fast = entries[^1].Position;
            }
        }

        var slow = 4L;
        while (await _tail.ReadAsync(slow, 64, Token) is { IsEmpty: false } entries)
        {
            entries[0].Position.ShouldBe(slow + 1);
            slow = entries[^1].Position;
        }

        slow.ShouldBe(_log.Count);
    }

    [Fact]
    public async Task Large_entries_are_not_kept_beyond_the_limit()
    {
        _size = (int)(NotificationTail.MostCharacters / 4);
        Commit(8);
        (await _tail.ReadAsync(0, 8, Token)).Length.ShouldBe(8);

        (await _tail.ReadAsync(4, 8, Token)).Length.ShouldBe(4);
        _reads.Count.ShouldBe(1);
        (await _tail.ReadAsync(3, 8, Token)).Length.ShouldBe(5);
        _reads.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_committed_while_it_is_read_is_read_later()
    {
        Commit(1);
        (await _tail.ReadAsync(0, 64, Token)).Length.ShouldBe(1);
        Commit(1, isTold: false);
        (await _tail.ReadAsync(1, 64, Token)).ShouldBeEmpty();
        _stamp++;
        (await _tail.ReadAsync(1, 64, Token)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_reader_that_starts_beyond_what_was_read_starts_the_tail_anew()
    {
        Commit(1000);
        (await _tail.ReadAsync(0, 64, Token))[0].Position.ShouldBe(1);
        (await _tail.ReadAsync(900, 64, Token))[0].Position.ShouldBe(901);
        (await _tail.ReadAsync(64, 64, Token))[0].Position.ShouldBe(65);
        (await _tail.ReadAsync(964, 64, Token))[0].Position.ShouldBe(965);
        _reads.ShouldBe([0, 900, 64]);
    }

    private void Commit(int entries, bool isTold = true)
    {
        for (var n = 0; n < entries; n++)
        {
            _log.Add(new StoredNotification(
                _log.Count + 1,
                new NotificationEntry(
                    Samples.Id(_log.Count), "type", Samples.Noon, NotifiedInstance.Of(Samples.Instance(1)),
                    (VnfLcmOpOcc?)null),
                _size));
        }

        _stamp += isTold ? 1 : 0;
    }

    private Task<ImmutableArray<StoredNotification>> ReadAsync(long after, int count,
        CancellationToken cancellationToken)
    {
        _reads.Add(after);
        return Task.FromResult<ImmutableArray<StoredNotification>>(
            [.. _log.Where(entry => entry.Position > after).Take(count)]);
    }
}
