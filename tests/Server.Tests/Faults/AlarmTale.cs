using Server.Tests.Storage;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Faults;

/// <summary>What is stored of alarms, in short words.</summary>
internal static class AlarmTale
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Every alarm in the order in which they were raised, with a mark on those that are open.</summary>
    public static async Task<string> AlarmsAsync(this Store store) => string.Join(
        ", ", (await store.AlarmsAsync(null, 1000, Token)).Select(alarm => alarm.Code + (alarm.IsOpen ? "!" : "")));

    /// <summary>What subscribers are told of alarms, in order.</summary>
    public static async Task<string> ToldAlarmsAsync(this Store store) => string.Join(
        ", ",
        (await store.NotificationsAsync(0, 1000, Token)).Where(told => told.Entry.Alarm is not null)
            .Select(told => $"{told.Entry.Alarm!.Code} {(told.Entry.Type == "AlarmNotification" ? "+" : "-")}"));

    /// <summary>An alarm of a VM as a store has it.</summary>
    public static AlarmRow Row(int number, string code = "VM_DOWN", string? subject = null) => new(
        Samples.Id(number),
        code,
        subject ?? Samples.Id(100 + number).ToString("D"),
        Watchkeeper.Server.Faults.AlarmCode.All.Single(one => one.Name == code).Kind,
        NotifiedInstance.Of(Samples.Instance(1)),
        [$"alarm {number}"],
        Samples.Noon,
        Samples.Noon)
    {
        Resource = new AlarmResource(new(Samples.Id(100 + number)), "vm-1", IsFaulty: code == "VM_DOWN"),
        Agent = "dmona1",
    };

    /// <summary>What raises that alarm.</summary>
    public static ImmutableArray<Write> Raise(AlarmRow alarm) => AlarmTable.Raise(alarm, Told("AlarmNotification", 1));

    /// <summary>What clears it.</summary>
    public static ImmutableArray<Write> Clear(AlarmRow alarm) => AlarmTable.Clear(
        alarm.Code, alarm.Subject, Told("AlarmClearedNotification", 2));

    private static NotificationEntry Told(string type, int minutes) =>
        new(Samples.Id(900 + minutes), type, Samples.Noon.AddMinutes(minutes), Instance: null, Operation: null);
}
