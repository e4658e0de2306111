using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>Puts together what a person should look at.</summary>
internal sealed class StatusView(
    Assignments assignments,
    AgentDirectory directory,
    UnwatchedTimes unwatched,
    Store store,
    StoreHealth health)
{
    /// <summary>VMs and operations that are named at most; beyond, only their number is told.</summary>
    public const int MostNamed = 500;

    public async Task<StatusResponse> LookAsync(CancellationToken cancellationToken)
    {
        // An alarm survives a restart, and with it since when; what the loop remembers does not.
        var raised = (await store.OpenAlarmsAsync(AlarmCode.VmUnwatched.Name, cancellationToken))
            .ToDictionary(alarm => alarm.Subject, alarm => alarm.EventTime, StringComparer.Ordinal);
        var vms = assignments.Unsettled();
        var (open, unacknowledged) = await store.CountOpenAlarmsAsync(cancellationToken);
        var failed = await store.FailedTempAsync(cancellationToken);
        return new StatusResponse(
            new StoreStatus(health.Failure is null, health.Failure),
            directory.All().GroupBy(agent => agent.State.ToString().ToUpperInvariant(), StringComparer.Ordinal)
                .ToImmutableSortedDictionary(state => state.Key, state => state.Count(), StringComparer.Ordinal),
            new AlarmStatus(open, unacknowledged),
            vms.Length,
            [
                .. vms.Select(vm => Of(vm, raised)).OrderBy(vm => vm.Since ?? DateTimeOffset.MaxValue)
                    .Take(MostNamed),
            ],
            [
                .. failed.Take(MostNamed).Select(operation => new FailedTempStatus(
                    operation.VnfInstanceId.ToString(),
                    operation.Id.ToString(),
                    Spelling.Of(operation.Operation),
                    operation.StateEnteredTime,
                    operation.Fault?.Detail)),
            ]);
    }

    private UnwatchedStatus Of(WatchedVnfc vm, Dictionary<string, DateTimeOffset> raised)
    {
        var vnfc = vm.Vnfc;
        var isGuarded = vnfc is { GuardFor: not null, Monitor: MonitorState.Set };
        return new UnwatchedStatus(
            vnfc.VnfInstanceId.ToString(),
            vnfc.Id.ToString(),
            vnfc.Address,
            SourceNames.StateOf(vnfc),
            SourceNames.Of(vnfc.Monitor),
            vnfc.GuardFor ?? vnfc.Agent,
            isGuarded ? vnfc.Agent : null,
            raised.TryGetValue(vnfc.Id.ToString(), out var since) ? since : unwatched.SinceOf(vm.Target));
    }
}
