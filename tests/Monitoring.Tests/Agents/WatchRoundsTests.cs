using Microsoft.Extensions.Logging.Abstractions;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Schedule;
using static Monitoring.Tests.Agents.EngineRig;

namespace Monitoring.Tests.Agents;

public class WatchRoundsTests : IProbeListener, IProber
{
    private const int Targets = 100;

    private readonly WatchTables _tables = new();
    private readonly TimingWheel _wheel = new(512, TimeSpan.FromMilliseconds(5).Ticks, 0);
    private readonly AgentHealth _health = new();
    private readonly WatchRounds _rounds;
    private readonly HandOver _handOver;

    public WatchRoundsTests()
    {
        var board = new ReportBoard(_tables);
        _rounds = new WatchRounds(_tables, _wheel, board, _health, this, NullLogger.Instance);
        _handOver = new HandOver(_tables, _wheel, _rounds, board, new WatchOptions());
    }

    [Fact]
    public void A_probe_from_its_beat_to_its_fold_allocates_nothing()
    {
        for (var number = 1; number <= Targets; number++)
        {
            AssignmentCheck.TryParse($"10.0.0.{number}", out var endpoint).ShouldBeTrue();
            _handOver.Set(Assign(number, 1), endpoint, 0);
        }

        var now = Watch(seconds: 5, from: 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Watch(seconds: 50, from: now);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        _rounds.Sent.ShouldBeInRange(54 * Targets, 56 * Targets);
    }

    [Fact]
    public void Silence_is_not_believed_after_answers_were_dropped_or_while_the_agent_is_unwell()
    {
        _rounds.AtDeadline(Alive(), sent: 5).Kind.ShouldBe(ProbeAnswerKind.Silent);
        _rounds.AnswersDroppedAt = 6;
        _rounds.AtDeadline(Alive(), sent: 5).Kind.ShouldBe(ProbeAnswerKind.Unknown);
        _rounds.AtDeadline(Alive(), sent: 7).Kind.ShouldBe(ProbeAnswerKind.Silent);

        _health.Turned(AgentHealth.VeryLate, TimeSpan.Zero, 0);
        _rounds.Judge(ProbeAnswer.Silent("refused")).Kind.ShouldBe(ProbeAnswerKind.Unknown);
        _rounds.Judge(ProbeAnswer.Alive).Kind.ShouldBe(ProbeAnswerKind.Alive);
    }

    [Fact]
    public void What_can_not_be_stored_is_refused_and_not_watched_and_may_be_set_again()
    {
        var orders = new WatchOrders(_handOver, new WatchOptions(), NullLogger.Instance);
        var isFull = true;
        _handOver.File = new AssignmentFile("unused", _ => isFull ? new FullDisk() : new MemoryStream());
        orders.Set([Assign(1, 1), Assign(2, 1)], mayHang: true, 0).ShouldHaveSingleItem().Refusal
            .ShouldBe("the agent can't store it: No space left on device");
        _handOver.Watched.ShouldBe(0);

        isFull = false;
        orders.Set([Assign(1, 1), Assign(2, 1)], mayHang: true, 0).ShouldAllBe(outcome => outcome.IsSet);
        isFull = true;
        _handOver.File = new AssignmentFile("unused", _ => new FullDisk());
        orders.Unset([At(1, 1)], TimeSpan.Zero, 0)[0].IsUnset.ShouldBeTrue("stopping needs no file");
        _handOver.Watched.ShouldBe(1);
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) =>
            throw new IOException("No space left on device");
    }

    [Fact]
    public void A_full_inbox_drops_and_counts_answers_and_closes_with_a_word_to_those_who_asked()
    {
        var inbox = new WatchInbox();
        for (var i = 0; i < WatchInbox.Capacity; i++)
        {
            inbox.Answer(i, 1, ProbeAnswer.Alive);
        }

        inbox.Dropped.ShouldBe(0);
        inbox.Answer(0, 1, ProbeAnswer.Alive);
        inbox.Tick(0);
        inbox.Dropped.ShouldBe(1);
        inbox.TryTake(out var message).ShouldBeTrue();
        message.Kind.ShouldBe(WatchMessageKind.Answer);
        inbox.Tick(7);
        inbox.Tick(8);
        var kinds = new List<WatchMessageKind>();
        while (inbox.TryTake(out message))
        {
            kinds.Add(message.Kind);
        }

        kinds.Count(kind => kind == WatchMessageKind.Tick).ShouldBe(1, "a dropped tick does not keep the next one out");
        var request = new WatchRequest<int>(_ => [1]);
        inbox.Offer(request);
        inbox.Close();
        request.Answer.Task.IsFaulted.ShouldBeTrue();
    }

    void IProbeListener.Answered(int slot, uint generation, ProbeAnswer answer)
    {
    }

    bool IProbeListener.IsAwaited(int slot, uint generation) => true;

    void IProber.Ask(in ProbeQuestion question)
    {
    }

    Task IProber.RunAsync(IProbeListener listener, CancellationToken cancellationToken) => Task.CompletedTask;

    private long Watch(int seconds, long from)
    {
        Span<int> due = stackalloc int[16];
        var until = from + TimeSpan.FromSeconds(seconds).Ticks;
        var now = from;
        for (; now < until; now += TimeSpan.FromMilliseconds(5).Ticks)
        {
            for (int count; (count = _wheel.TakeDue(now, due)) > 0;)
            {
                foreach (var slot in due[..count])
                {
                    _rounds.Fire(slot, isPaused: false, now);
                    _rounds.Conclude(slot, ProbeAnswer.Alive, now);
                }
            }
        }

        return now;
    }
}
