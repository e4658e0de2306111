using Microsoft.Extensions.DependencyInjection;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Faults;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Operations.MonitoringMigration;

namespace Simulation.Sabotage;

/// <summary>All deliberate faults. docs/checklists/deliberate-faults.md is their list for people.</summary>
internal static class DeliberateFaults
{
    public static ImmutableArray<DeliberateFault> All { get; } =
    [
        new("the check of the epoch is dropped", "verdicts-are-current", 6)
        {
            InServer = (services, _) => Wrap<IAgentEvents>(services, (events, provider) =>
                new Credulous(events, provider.GetRequiredService<Assignments>(), ofVerdicts: true)),
        },
        new("a level of an agent that is not the judge is stored", "verdicts-are-current", 25)
        {
            InServer = (services, _) => Wrap<IAgentEvents>(services, (events, provider) =>
                new Credulous(events, provider.GetRequiredService<Assignments>(), ofVerdicts: false)),
        },
        new("a stale agent is never told to stop", "every-vm-has-its-judge", 2)
        {
            InServer = (services, _) => Wrap<IAgentEvents>(services, (events, _) => new Unfencing(events)),
        },
        new("an assignment is sent before it is stored", "stored-before-sent", 1)
        {
            InServer = (services, _) => WrapSteps(services, (step, provider) => new SendsBeforeItStores(
                step, provider.GetRequiredService<AgentDirectory>(), provider.GetRequiredService<Assignments>())),
        },
        new("an epoch does not grow when a VM changes hands", "one-judge", 1)
        {
            Trigger = "CREATE TRIGGER fault AFTER UPDATE ON vnfcs WHEN new.epoch > old.epoch BEGIN "
                + "UPDATE vnfcs SET epoch = old.epoch, "
                + "document = json_set(new.document, '$.epoch', old.epoch) WHERE id = new.id; END",
        },
        new("lines of the journal are not kept", "journal-grows", 1)
        {
            Trigger = "CREATE TRIGGER fault AFTER UPDATE ON occurrences "
                + "WHEN json_array_length(new.document, '$.journal') = 2 BEGIN "
                + "UPDATE occurrences SET document = json_remove(new.document, '$.journal[0]') "
                + "WHERE id = new.id; END",
        },
        new("a state is stored without its notification", "every-state-is-told", 1)
        {
            Trigger = "CREATE TRIGGER fault AFTER INSERT ON notifications WHEN new.position % 9 = 0 BEGIN "
                + "DELETE FROM notifications WHERE position = new.position; END",
        },
        new("a state is told twice", "every-state-is-told", 1)
        {
            Trigger = "CREATE TRIGGER fault AFTER INSERT ON notifications WHEN new.position % 9 = 0 BEGIN "
                + "INSERT INTO notifications (document) VALUES (new.document); END",
        },
        new("a callback is taken for delivered that was never sent", "notifications", 1)
        {
            InServer = (services, _) => Wrap<ICallbackSender>(services, (sender, _) => new ForgetfulSender(sender)),
        },
        new("an outage is forgotten once it is stored", "alarms-are-true", 3)
        {
            Trigger = "CREATE TRIGGER fault AFTER UPDATE ON vnfcs WHEN new.document LIKE '%\"Error\"%' "
                + "OR new.document LIKE '%\"error\"%' BEGIN "
                + "UPDATE vnfcs SET document = json_set(new.document, '$.state', 'Alive') WHERE id = new.id; END",
        },
        new("the alarm of a VM without its monitor is never raised", "alarms-are-true", 3)
        {
            Trigger = NoAlarm("VM_UNWATCHED"),
        },
        new("the alarm of an operation that waits is never raised", "alarms-are-raised", 16)
        {
            Trigger = NoAlarm("OPERATION_FAILED_TEMP"),
        },
        new("the alarm of a lost agent is never raised", "alarms-are-raised", 14)
        {
            Trigger = NoAlarm("AGENT_LOST"),
        },
        new("nobody is alarmed when a VM is long without its agent", "alarms-are-raised", 52)
        {
            InServer = (services, _) => services.Remove(services.Single(service =>
                service.ServiceType == typeof(IAlarmRound)
                && service.ImplementationType == typeof(UnwatchedAlarms))),
        },
        new("nobody looks for operations that a crash has left", "operations-end", 5) { HasNoRecovery = true },
        new("a rollback leaves the new agent deployed", "outcomes-match-the-table", 5)
        {
            InServer = (services, _) => services.AddSingleton(
                MigrationPlan.Plan with { Version = 2, Backward = [.. MigrationPlan.Plan.Backward.Where(step =>
                    step.Name != MigrationPlan.UpdateService)] }),
        },
        new("the counters of a VM stay behind when it moves", "counters-travel", 1)
        {
            InServer = (services, _) => Wrap<ILinkedEngine>(services, (engine, _) =>
                new LyingEngine(engine, EngineLie.ForgetsCounters)),
        },
        new("what an agent only counts is not stored", "counters-are-kept", 9)
        {
            InServer = (services, _) => Wrap<IAgentEvents>(services, (events, provider) =>
                new KeepingNothing(events, provider.GetRequiredService<ReportGate>())),
        },
        new("the answer of an unset is dropped, and the last report sent", "counters-travel", 19)
        {
            InLink = message => message is AgentMessage.UnsetResult result
                ? result with { Outcomes = [.. result.Outcomes.Select(outcome => outcome with { Carried = [] })] }
                : message,
        },
        new("an agent takes a VM and counts from nothing", "counters-equal-a-twin", 27)
        {
            OnAgent = (engine, _) => new LyingEngine(engine, EngineLie.BeginsAnew),
        },
        new("an agent that left a VM watches on", "every-vm-has-its-judge", 1)
        {
            OnAgent = (engine, _) => new LyingEngine(engine, EngineLie.KeepsWhatItLeft),
        },
        new("an agent takes a VM without watching it", "one-outage", 3)
        {
            OnAgent = (engine, _) => new LyingEngine(engine, EngineLie.TakesWithoutWatching),
        },
        new("a verdict that is over is acted on once more", "one-outage", 1)
        {
            InServer = (services, _) => Wrap<IAgentEvents>(services, (events, _) => new Repeating(events)),
        },
        new("levels are not told again after a reconnect", "one-outage", 48)
        {
            OnAgent = (engine, _) => new LyingEngine(engine, EngineLie.TellsNoLevels),
        },
        new("an agent tells of one VM what it saw of another", "no-false-outage", 6)
        {
            OnAgent = (engine, _) => new LyingEngine(engine, EngineLie.MixesVmsUp),
        },
        new("an agent hands a VM over with twice its silences", "no-false-outage", 16)
        {
            OnAgent = (engine, _) => new LyingEngine(engine, EngineLie.CountsTwice),
        },
    ];

    private static string NoAlarm(string code) =>
        $"CREATE TRIGGER fault AFTER INSERT ON alarms WHEN new.code = '{code}' BEGIN "
        + "DELETE FROM alarms WHERE id = new.id; END";

    private static void Wrap<T>(IServiceCollection services, Func<T, IServiceProvider, T> wrap)
        where T : class
    {
        var last = services.Last(service => service.ServiceType == typeof(T));
        services.AddSingleton(provider => wrap((T)Make(last, provider), provider));
    }

    private static void WrapSteps(IServiceCollection services, Func<IStep, IServiceProvider, IStep> wrap)
    {
        foreach (var step in services.Where(service => service.ServiceType == typeof(IStep)).ToList())
        {
            services.Remove(step);
            services.AddSingleton(provider => wrap((IStep)Make(step, provider), provider));
        }
    }

    private static object Make(ServiceDescriptor service, IServiceProvider provider) =>
        service.ImplementationInstance
        ?? service.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, service.ImplementationType!);
}
