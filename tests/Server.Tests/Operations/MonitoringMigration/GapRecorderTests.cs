using Microsoft.Extensions.Logging.Abstractions;
using Server.Tests.Agents;
using Server.Tests.Notifications;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Operations.MonitoringMigration;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Operations.MonitoringMigration;

/// <summary>Gaps find the occurrence that moved the VM, once nobody is at work on it.</summary>
public sealed class GapRecorderTests
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LcmOperationState.Completed)]
    [InlineData(LcmOperationState.RolledBack)]
    [InlineData(LcmOperationState.Failed)]
    [InlineData(LcmOperationState.FailedTemp)]
    public async Task A_gap_is_written_where_it_belongs_and_the_rest_stays(object state)
    {
        await using var lab = await Lab.WithAsync((LcmOperationState)state);

        lab.Gaps.Take(Vm(2), TimeSpan.FromMilliseconds(3_012.5));
        var operation = await lab.WrittenAsync(1);

        var moved = MigrationRecord.Of(operation)!.Vnfcs;
        (moved[1].GapMs, moved[1].ExcessGapMs, moved[1].Estimated).ShouldBe((3_012.5, 12.5, true));
        (moved[0].GapMs, moved[0].ExcessGapMs, moved[0].Estimated).ShouldBe((null, null, null));
        operation.State.ShouldBe((LcmOperationState)state);
        (await lab.Rig.Store.NotificationsAsync(0, 10, Token)).ShouldBeEmpty();
        await lab.StopAsync();
        lab.Meters.Of("watchkeeper.migration.excess_gap").ShouldBe([12.5]);
    }

    [Fact]
    public async Task A_gap_below_the_poll_period_has_no_excess()
    {
        await using var lab = await Lab.WithAsync(LcmOperationState.Completed);

        lab.Gaps.Take(Vm(1), TimeSpan.FromMilliseconds(2_999));

        var moved = MigrationRecord.Of(await lab.WrittenAsync(1))!.Vnfcs[0];
        (moved.GapMs, moved.ExcessGapMs).ShouldBe((2_999, 0));
    }

    [Theory, InlineData(LcmOperationState.Processing), InlineData(LcmOperationState.RollingBack)]
    public async Task An_operation_at_work_is_waited_for(object state)
    {
        await using var lab = await Lab.WithAsync((LcmOperationState)state);
        lab.Gaps.Take(Vm(1), TimeSpan.FromSeconds(4));

        // As long as a step may take: unset and set time-outs, and more.
        for (var tries = 0; tries < 200; tries++)
        {
            await lab.Time.WaitBegunAsync(due => due == RetryAfter);
            lab.Time.Advance(RetryAfter);
        }

        await lab.Time.WaitBegunAsync(due => due == RetryAfter);
        MigrationRecord.Of(await lab.OperationAsync())!.Vnfcs[0].GapMs.ShouldBeNull();
        await lab.ChangeAsync(operation => operation with { State = LcmOperationState.Completed });
        lab.Time.Advance(RetryAfter);

        MigrationRecord.Of(await lab.WrittenAsync(2))!.Vnfcs[0].GapMs.ShouldBe(4_000);
    }

    [Fact]
    public async Task The_first_gap_counts_whatever_the_agent_reports_later()
    {
        await using var lab = await Lab.WithAsync(LcmOperationState.Completed);
        lab.Gaps.Take(Vm(1), TimeSpan.FromSeconds(3));
        await lab.WrittenAsync(1);

        lab.Gaps.Take(Vm(1), TimeSpan.FromHours(1));
        lab.Gaps.Take(Vm(2), TimeSpan.FromSeconds(4));
        var operation = await lab.WrittenAsync(2);

        MigrationRecord.Of(operation)!.Vnfcs.Select(moved => moved.GapMs).ShouldBe([3_000, 4_000]);
        await lab.StopAsync();
        lab.Meters.Of("watchkeeper.migration.excess_gap").ShouldBe([0, 1_000]);
    }

    [Fact]
    public async Task A_gap_that_no_migration_made_and_one_of_a_pruned_occurrence_are_nobodys()
    {
        await using var lab = await Lab.WithAsync(LcmOperationState.Completed);

        lab.Gaps.Take(Vm(1) with { MovedBy = null }, TimeSpan.FromSeconds(9));
        lab.Gaps.Take(Vm(1) with { MovedBy = Samples.Id(77) }, TimeSpan.FromSeconds(9));
        lab.Gaps.Take(Vm(9), TimeSpan.FromSeconds(9));
        lab.Gaps.Take(Vm(2), TimeSpan.FromSeconds(4));

        MigrationRecord.Of(await lab.WrittenAsync(1))!.Vnfcs.Select(moved => moved.GapMs).ShouldBe([null, 4_000]);
    }

    private static Vnfc Vm(int number) => Samples.Vnfc(100 + number, 1).Vnfc with { MovedBy = Samples.Id(5) };

    private sealed class Lab : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Gate _gate = new();
        private Task _running = Task.CompletedTask;
        private TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private Lab()
        {
            Rig = new StoreRig(gate: _gate);
            Gaps = new GapRecorder(
                Rig.Store, new VerdictMetrics(Meters), Time, NullLogger<GapRecorder>.Instance);
        }

        public StoreRig Rig { get; }

        public TestMeters Meters { get; } = new();

        public SignallingTime Time { get; } = new();

        public GapRecorder Gaps { get; }

        public static async Task<Lab> WithAsync(LcmOperationState state)
        {
            var lab = new Lab();
            var record = new MigrationRecord(
                "dmona://dmona1", "dmonaName://dmona2", "MONITORING_AGENT",
                [
                    new MovedVnfc(Samples.Id(101), "SUCCESS", "SUCCESS", null, null, 3_000, null),
                    new MovedVnfc(Samples.Id(102), "FAILURE", "SUCCESS", null, null, 3_000, true),
                ]);
            var operation = Samples.Operation(5, 1).With(record) with { State = state };
            await lab.Rig.Store.CommitAsync(
                [InstanceTable.Insert(Samples.Instance(1)), OccurrenceTable.Insert(operation)], Token);
            lab._gate.After = _ => Volatile.Read(ref lab._committed).TrySetResult();
            lab._running = lab.Gaps.RunAsync(lab._stop.Token);
            return lab;
        }

        public async Task<VnfLcmOpOcc> OperationAsync() =>
            (await Rig.Store.FindOccurrenceAsync(new OperationId(Samples.Id(5)), Token)).ShouldNotBeNull();

        public async Task ChangeAsync(Func<VnfLcmOpOcc, VnfLcmOpOcc> change) =>
            await Rig.Store.CommitAsync([OccurrenceTable.Update(change(await OperationAsync()))], Token);

        /// <summary>The occurrence once it was written so often.</summary>
        public async Task<VnfLcmOpOcc> WrittenAsync(long version)
        {
            while (true)
            {
                var committed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Volatile.Write(ref _committed, committed);
                var operation = await OperationAsync();
                if (operation.Version >= version)
                {
                    return operation;
                }

                await committed.Task.WaitAsync(Token);
            }
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await ((Task)_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            await Rig.DisposeAsync();
            Meters.Dispose();
            _stop.Dispose();
        }
    }
}
