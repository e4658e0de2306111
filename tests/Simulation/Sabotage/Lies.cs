using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Operations.MonitoringMigration;

namespace Simulation.Sabotage;

/// <summary>
/// Takes every report for the judge's own: the check of the epoch is dropped; or only those that change nothing of the
/// VM.
/// </summary>
internal sealed class Credulous(IAgentEvents events, Assignments assignments, bool ofVerdicts)
    : PassingEvents(events)
{
    public override async Task<ImmutableArray<TargetEpoch>> ReportedAsync(
        string agent, ImmutableArray<MonitorReport> reports, CancellationToken cancellationToken)
    {
        foreach (var report in reports)
        {
            if (assignments.TryFind(report.Target, out var row))
            {
                var isNews = report.Kpis.Any(kpi => kpi.State.Believed == (row.Vnfc.State == VmState.Error));
                if (isNews && !ofVerdicts)
                {
                    await base.ReportedAsync(agent, [report], cancellationToken);
                    continue;
                }

                await base.ReportedAsync(
                    row.Vnfc.Agent!, [report with { Epoch = new AssignmentEpoch(row.Vnfc.Epoch) }], cancellationToken);
            }
        }

        return [];
    }
}

/// <summary>Lets reports through to those who judge them, and keeps no counts.</summary>
internal sealed class KeepingNothing(IAgentEvents events, ReportGate gate)
    : PassingEvents(events)
{
    public override Task<ImmutableArray<TargetEpoch>> ReportedAsync(
        string agent, ImmutableArray<MonitorReport> reports, CancellationToken cancellationToken) =>
        gate.TakeAsync(agent, reports, cancellationToken);
}

/// <summary>Drops what is stale, and does not say so: whoever shouts goes on.</summary>
internal sealed class Unfencing(IAgentEvents events)
    : PassingEvents(events)
{
    public override async Task<AgentDifference> ConnectedAsync(
        string agent, ImmutableArray<Holding> held, CancellationToken cancellationToken) =>
        await base.ConnectedAsync(agent, held, cancellationToken) with { Unset = [] };

    public override async Task<ImmutableArray<TargetEpoch>> ReportedAsync(
        string agent, ImmutableArray<MonitorReport> reports, CancellationToken cancellationToken)
    {
        await base.ReportedAsync(agent, reports, cancellationToken);
        return [];
    }
}

/// <summary>Takes a verdict that a VM is down once more when it is up again.</summary>
internal sealed class Repeating(IAgentEvents events)
    : PassingEvents(events)
{
    private readonly Dictionary<TargetId, MonitorReport> _down = [];

    public override async Task<ImmutableArray<TargetEpoch>> ReportedAsync(
        string agent, ImmutableArray<MonitorReport> reports, CancellationToken cancellationToken)
    {
        var fenced = await base.ReportedAsync(agent, reports, cancellationToken);
        foreach (var report in reports.Where(report => report.IsVerdict))
        {
            if (report.Kpis.Any(kpi => kpi.State.Believed == false))
            {
                _down[report.Target] = report;
            }
            else if (_down.Remove(report.Target, out var down))
            {
                await base.ReportedAsync(agent, [down], cancellationToken);
            }
        }

        return fenced;
    }
}

/// <summary>Tells the new agent before the update is stored.</summary>
internal sealed class SendsBeforeItStores(IStep step, AgentDirectory directory, Assignments assignments) : IStep
{
    public LcmOperationType Operation => step.Operation;

    public StepName Name => step.Name;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        if (Name == MigrationPlan.UpdateService && !operation.IsBackward)
        {
            var agent = MigrateRequest.Of(operation).Agent.Name;
            ImmutableArray<Assignment> early =
            [
                .. directory.All().SelectMany(known => assignments.Of(known.Name))
                    .Where(row => row.Vnfc.VnfInstanceId == operation.VnfInstanceId)
                    .Select(row => new Assignment(
                        row.Target, new AssignmentEpoch(row.Vnfc.Epoch + 1), row.Vnfc.Address, row.Monitoring.Kpis, [
                            ])),
            ];
            try
            {
                await directory.Reach(agent).SetAsync(early, cancellationToken);
            }
            catch (AgentLostException)
            {
                // It is gone: the step says so.
            }
        }

        return await step.PerformAsync(operation, cancellationToken);
    }
}

/// <summary>Takes every seventh callback for delivered without sending it.</summary>
internal sealed class ForgetfulSender(ICallbackSender sender) : ICallbackSender
{
    private int _sent;

    public Task<CallbackAnswer> SendAsync(CallbackRequest request, CancellationToken cancellationToken) =>
        ++_sent % 7 == 0
            ? Task.FromResult<CallbackAnswer>(new CallbackAnswer.Answered(204, ReadOnlyMemory<byte>.Empty))
            : sender.SendAsync(request, cancellationToken);
}
