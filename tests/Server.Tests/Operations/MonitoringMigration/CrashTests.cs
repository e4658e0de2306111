using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Operations.MonitoringMigration;

namespace Server.Tests.Operations.MonitoringMigration;

/// <summary>
/// The manager is killed around every commit of a migration; what starts after it brings the operation to its end.
/// </summary>
public sealed class CrashTests
{
    // Opened, PROCESSING, validate, unset, update, set with COMPLETED.
    private const int ForwardCommits = 6;

    // … set (refused) with FAILED_TEMP, ROLLING_BACK, check, unset, update, set with ROLLED_BACK.
    private const int RollbackCommits = 11;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int, bool, bool> Forward => Points(ForwardCommits);

    public static TheoryData<int, bool, bool> Rollback => Points(RollbackCommits);

    [Theory, MemberData(nameof(Forward))]
    public async Task A_migration_ends_with_the_watch_at_the_new_agent(int commit, bool isDurable, bool reconnects)
    {
        var (old, @new) = (new FakeAgent("dmona1"), new FakeAgent("dmona2"));
        await CrashAndRecoverAsync(old, @new, commit, isDurable, reconnects, async (rig, operation) =>
        {
            operation.State.ShouldBe(LcmOperationState.Completed);
            operation.Fault.ShouldBeNull();
            operation.Warnings.ShouldBeEmpty();
            (await rig.StatesAsync()).ShouldBe("STARTING PROCESSING COMPLETED");
            (await rig.EventsAsync()).ShouldBe(
                "SERVICE_UPDATED SUCCESS, VM_SET_MONITOR_STATUS SUCCESS, VM_SET_MONITOR_STATUS SUCCESS, "
                + "SVC_SET_MONITOR_STATUS SUCCESS");
            (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set, dmona2 5 Set");
            (await rig.InstanceAsync()).Deployment!.Agent.Text.ShouldBe("dmonaName://dmona2");
            MigrationRecord.Of(operation)!.Vnfcs.ShouldAllBe(vm => vm.Set == "SUCCESS" && vm.Unset == "SUCCESS");
            @new.Watched.Values.Select(epoch => epoch.Value).ShouldBe([5, 5]);
            await IsSilencedAsync(rig, "dmona1", old);
        });
    }

    [Theory, MemberData(nameof(Rollback))]
    public async Task A_migration_that_is_undone_ends_with_the_watch_at_the_old_agent(
        int commit, bool isDurable, bool reconnects)
    {
        var (old, @new) = (new FakeAgent("dmona1"), new FakeAgent("dmona2") { SetsBeforeRefusal = 0 });
        await CrashAndRecoverAsync(old, @new, commit, isDurable, reconnects, async (rig, operation) =>
        {
            operation.State.ShouldBe(LcmOperationState.RolledBack);
            operation.Fault!.Detail.ShouldContain("dmona2 refuses");
            (await rig.StatesAsync()).ShouldBe("STARTING PROCESSING FAILED_TEMP ROLLING_BACK ROLLED_BACK");
            (await rig.EventsAsync()).ShouldBe(
                "SERVICE_UPDATED SUCCESS, VM_SET_MONITOR_STATUS FAILURE, SVC_SET_MONITOR_STATUS FAILURE, "
                + "SERVICE_UPDATED SUCCESS, VM_SET_MONITOR_STATUS SUCCESS, VM_SET_MONITOR_STATUS SUCCESS, "
                + "SVC_SET_MONITOR_STATUS SUCCESS");
            var vms = await rig.VmsAsync();
            vms.ShouldAllBe(vm => vm.Vnfc.Agent == "dmona1"
                && vm.Vnfc.Monitor == Watchkeeper.Lifecycle.Instances.MonitorState.Set
                && old.Watched[vm.Target].Value == vm.Vnfc.Epoch
                && vm.Vnfc.Epoch > 5);
            (await rig.InstanceAsync()).Deployment!.Agent.Text.ShouldBe("dmona://dmona1");
            await IsSilencedAsync(rig, "dmona2", @new);
        });
    }

    private static TheoryData<int, bool, bool> Points(int commits)
    {
        var points = new TheoryData<int, bool, bool>();
        foreach (var reconnects in (bool[])[false, true])
        {
            for (var commit = 1; commit <= commits; commit++)
            {
                points.Add(commit, true, reconnects);
                if (commit > 1)
                {
                    points.Add(commit, false, reconnects);
                }
            }
        }

        return points;
    }

    private static async Task CrashAndRecoverAsync(
        FakeAgent old,
        FakeAgent @new,
        int commit,
        bool isDurable,
        bool reconnects,
        Func<MigrationRig, VnfLcmOpOcc, Task> checkAsync)
    {
        var directory = StoreRig.NewDirectory();
        try
        {
            await CrashAsync(directory, old, @new, commit, isDurable);
            await using var rig = new MigrationRig(directory: directory) { Old = old, New = @new };
            await rig.RestartedAsync();
            if (reconnects)
            {
                await rig.ReconnectAsync("dmona1", old);
                await rig.ReconnectAsync("dmona2", @new);
            }

            var found = (await rig.Store.OccurrencesAsync(null, 10, Token)).ShouldHaveSingleItem();
            await rig.Recovery.ScanAsync(Token);
            await checkAsync(rig, await rig.RestedAsync(found.Id));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    internal static async Task CrashAsync(
        string directory, FakeAgent old, FakeAgent @new, int commit, bool isDurable)
    {
        var (isOldLost, isNewLost) = (old.IsLost, @new.IsLost);
        await DieAsync(directory, old, @new, commit, isDurable);
        (old.IsLost, @new.IsLost) = (isOldLost, isNewLost);
    }

    private static async Task DieAsync(
        string directory, FakeAgent old, FakeAgent @new, int commit, bool isDurable)
    {
        var gate = new Gate();
        await using var rig = new MigrationRig(directory: directory, gate: gate) { Old = old, New = @new };
        await rig.WithVmsAsync(2);
        var last = gate.Groups.Count + commit;
        Action<int> die = number =>
        {
            if (number == last)
            {
                // Who is dead asks nobody, although what is left of it here reads what was stored, and goes on.
                old.IsLost = @new.IsLost = true;
                throw new InvalidOperationException("killed");
            }
        };
        gate.Before = isDurable ? null : die;
        gate.After = isDurable ? die : null;
        var admission = await rig.AskForAsync("dmonaName://dmona2", "MONITORING_AGENT", unattended: true);
        if (admission is Admission.Opened(var operation))
        {
            await Task.WhenAny(rig.StoreRig.Writing, rig.RestedAsync(operation.Id));
        }

        gate.Groups.Count.ShouldBeGreaterThanOrEqualTo(last, "the operation has fewer commits");
        await Should.ThrowAsync<InvalidOperationException>(rig.StoreRig.Writing);
    }

    // It may have been set again meanwhile: whatever it says then is void, and it is told to stop.
    private static async Task IsSilencedAsync(MigrationRig rig, string name, FakeAgent agent)
    {
        ImmutableArray<MonitorReport> reports =
        [
            .. agent.Watched.Select(held =>
                new MonitorReport(held.Key, held.Value, IsVerdict: true, agent.State, null)),
        ];
        (await rig.Gate.TakeAsync(name, reports, Token)).Length.ShouldBe(reports.Length);
    }
}
