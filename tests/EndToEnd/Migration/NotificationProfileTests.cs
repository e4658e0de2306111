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

        var operation = await lab.BeginMigrateAsync(
            vnf, """{"monitoring_agent":"dmonaName://dmona1","key":"MONITORING_AGENT"}""");
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
