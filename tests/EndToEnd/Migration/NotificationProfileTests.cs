using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Migration;

/// <summary>
/// As what a migration is told and shown, between real processes, under each <c>notification.profile</c>.
/// </summary>
public sealed class NotificationProfileTests
{
    private const string Source = "InfrastructureOperationOccurrenceNotification MONITORING_MIGRATION";
    private const string Standard = "VnfLcmOperationOccurrenceNotification MODIFY_INFO";

    [Theory]
    [InlineData("source", "MONITORING_MIGRATION", Source)]
    [InlineData("standard", "MODIFY_INFO", Standard)]
    [InlineData("both", "MONITORING_MIGRATION", Source, Standard)]
    public async Task A_migration_is_told_and_shown_as(string profile, string shown, params string[] forms)
    {
        await using var lab = await Lab.StartAsync($"--notification:profile={profile}");
        await lab.JoinAsync("dmona1");
        await using var listener = await CallbackListener.StartAsync();
        await lab.Rest.SubscribeAsync(listener);
        var vnf = await lab.DeployAsync();

        var operation = await MigrateAsync(lab, vnf);
        var ended = await lab.DemandCompletedAsync(operation);

        ended.Text("operation").ShouldBe(shown);
        ended.GetProperty("monitoringMigration").Text("to").ShouldBe("dmonaName://dmona1");
        var told = await ToldAsync(listener, operation, 3 * forms.Length);
        told.Select(one => $"{one.Text("operationState")} {one.Text("notificationType")} {one.Text("operation")}")
            .ShouldBe(from state in (string[])["STARTING", "PROCESSING", "COMPLETED"]
                      from form in forms
                      select $"{state} {form}");
        told.Select(one => one.Text("id")).Distinct().Count().ShouldBe(told.Length);
        (await lab.Rest.AllAsync($"vnf_lcm_op_occs?filter=(eq,operation,{shown})")).Select(one => one.Text("id"))
            .ShouldBe([operation]);
    }

    [Fact]
    public async Task Under_both_a_filter_chooses_the_form()
    {
        await using var lab = await Lab.StartAsync("--notification.profile=both");
        await lab.JoinAsync("dmona1");
        await using var source = await CallbackListener.StartAsync();
        await using var standard = await CallbackListener.StartAsync();
        await lab.Rest.SubscribeAsync(
            source, """{"notificationTypes":["InfrastructureOperationOccurrenceNotification"]}""");
        await lab.Rest.SubscribeAsync(
            standard,
            """
            {"notificationTypes":["VnfLcmOperationOccurrenceNotification"],"operationTypes":["MODIFY_INFO"]}
            """);
        var operation = await MigrateAsync(lab, await lab.DeployAsync());
        await lab.DemandCompletedAsync(operation);

        foreach (var (listener, form) in ((CallbackListener, string)[])[(source, Source), (standard, Standard)])
        {
            foreach (var state in (string[])["STARTING", "PROCESSING", "COMPLETED"])
            {
                var told = await listener.NextAsync(state);
                $"{told.Text("operationState")} {told.Text("notificationType")} {told.Text("operation")}"
                    .ShouldBe($"{state} {form}");
            }
        }
    }

    [Fact]
    public async Task Under_both_each_form_keeps_its_id_when_the_server_dies_between_them()
    {
        await using var lab = await Lab.StartAsync("--notification.profile=both");
        await lab.JoinAsync("dmona1");
        await using var listener = await CallbackListener.StartAsync();
        await lab.Rest.SubscribeAsync(listener);
        var vnf = await lab.DeployAsync();
        listener.Refuse(told => told.Text("operation") == "MODIFY_INFO");
        var operation = await MigrateAsync(lab, vnf);
        await lab.DemandCompletedAsync(operation);
        var first = (await ToldAsync(listener, operation, 1)).ShouldHaveSingleItem();
        var refused = await listener.NextRefusedAsync("the standard's form");

        await lab.Server.Process.KillAsync();
        listener.Accept();
        await lab.Server.StartAsync();

        // The place in the log is an entry: the first form may come again, and then under its id.
        var again = await ToldAsync(listener, operation, 5);
        if (again[0].Text("id") == first.Text("id"))
        {
            again = [.. again[1..], .. await ToldAsync(listener, operation, 1)];
        }

        again[0].Text("id").ShouldBe(refused.Text("id"));
        again.Prepend(first).Select(one => $"{one.Text("operationState")} {one.Text("operation")}").ShouldBe(
        [
            "STARTING MONITORING_MIGRATION", "STARTING MODIFY_INFO",
            "PROCESSING MONITORING_MIGRATION", "PROCESSING MODIFY_INFO",
            "COMPLETED MONITORING_MIGRATION", "COMPLETED MODIFY_INFO",
        ]);
        again.Prepend(first).Select(one => one.Text("id")).Distinct().Count().ShouldBe(6);
    }

    private static Task<string> MigrateAsync(Lab lab, string vnf) => lab.BeginMigrateAsync(
        vnf, """{"monitoring_agent":"dmonaName://dmona1","key":"MONITORING_AGENT"}""");

    private static async Task<ImmutableArray<JsonElement>> ToldAsync(
        CallbackListener listener, string operation, int count)
    {
        var told = ImmutableArray.CreateBuilder<JsonElement>();
        while (told.Count < count)
        {
            var next = await listener.NextAsync($"notification {told.Count + 1} of {operation}");
            if (next.Text("vnfLcmOpOccId") == operation)
            {
                told.Add(next);
            }
        }

        return told.ToImmutable();
    }
}
