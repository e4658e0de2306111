using System.Text;
using System.Text.Json;
using Server.Tests.Sol003;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Notifications;

public sealed class NotificationBodyTests
{
    private static readonly Links Links = new(new ApiRoot("https://172.16.235.30:8251/", () => null));

    // The source document's sample, as printed.
    private const string Sample = """
        {
          "vnfInstanceId": "fd0bcc11-3f22-4c91-b363-1def72619db8",
          "timeStamp": "2020-07-23T08:38:47.876Z",
          "isAutomaticInvocation": false,
          "notificationType": "InfrastructureOperationOccurrenceNotification",
          "operationState": "STARTING",
          "notificationStatus": "START",
          "vnfLcmOpOccId": "143cfc34-cc14-414d-9374-d70d01ae7b5a",
          "_links": {
            "vnfInstance": {
              "href":
                "https://172.16.235.30:8251/vnflcm/v2/vnf_instances/fd0bcc11-3f22-4c91-b363-1def72619db8"
            },
            "vnfLcmOpOcc": {
              "href":
                "https://172.16.235.30:8251/vnflcm/v2/vnf_lcm_op_occs/143cfc34-cc14-414d-9374-d70d01ae7b5a"
            },
            "subscription": {
              "href":
                "https://172.16.235.30:8251/vnflcm/v2/subscriptions/e54d546a-6753-4f35-86fa-6ef8ac07a9de"
            }
          },
          "subscriptionId": "e54d546a-6753-4f35-86fa-6ef8ac07a9de",
          "operation": "MONITORING_MIGRATION",
          "id": "6b737d3f-a485-46d9-9276-6802eb48decd"
        }
        """;

    [Fact]
    public async Task The_start_of_a_migration_is_told_field_for_field_as_the_source_document_prints_it()
    {
        var body = await PrintAsync(LcmOperationState.Starting);
        body.ShouldBe(JsonSerializer.Serialize(JsonElement.Parse(Sample)));
    }

    [Theory]
    [InlineData(LcmOperationState.Starting, false, false)]
    [InlineData(LcmOperationState.Processing, false, false)]
    [InlineData(LcmOperationState.Completed, false, true)]
    [InlineData(LcmOperationState.FailedTemp, true, false)]
    [InlineData(LcmOperationState.Failed, true, false)]
    [InlineData(LcmOperationState.RollingBack, false, false)]
    [InlineData(LcmOperationState.RolledBack, true, false)]
    public async Task Error_and_changed_info_are_told_in_the_states_that_have_them(
        LcmOperationState state, bool hasError, bool hasChange)
    {
        var body = JsonElement.Parse(await PrintAsync(state, operation => operation with
        {
            Fault = new Fault("faults/x", "X", 500, "the core's own message"),
            ChangedInfo = JsonElement.Parse("""{"metadata":{"k":"v"}}"""),
        }));
        body.TryGetProperty("error", out var error).ShouldBe(hasError);
        if (hasError)
        {
            error.GetProperty("detail").GetString().ShouldBe("the core's own message");
        }

        body.TryGetProperty("changedInfo", out _).ShouldBe(hasChange);
        body.GetProperty("notificationStatus").GetString()
            .ShouldBe(state == LcmOperationState.Starting ? "START" : "RESULT");
    }

    [Theory]
    [InlineData("FULL")]
    [InlineData("SHORT")]
    public async Task In_the_standards_form_every_state_meets_what_ETSI_published(string verbosity)
    {
        foreach (var state in Enum.GetValues<LcmOperationState>())
        {
            var body = await PrintAsync(
                state,
                operation => operation with
                {
                    Fault = new Fault("faults/x", "X", 500, "the core's own message"),
                    ChangedInfo = JsonElement.Parse("""{"metadata":{"k":"v"}}"""),
                },
                verbosity,
                NotificationProfile.Standard);
            await body.ShouldMeetEtsiAloneAsync("VnfLcmOperationOccurrenceNotification");
        }
    }

    [Fact]
    public async Task In_the_standards_form_a_migration_is_a_change_of_the_instances_information()
    {
        var source = JsonElement.Parse(await PrintAsync(LcmOperationState.Completed));
        var standard = JsonElement.Parse(await PrintAsync(
            LcmOperationState.Completed, profile: NotificationProfile.Standard));
        await standard.GetRawText().ShouldMeetEtsiAloneAsync("VnfLcmOperationOccurrenceNotification");
        (await Record.ExceptionAsync(
            () => source.GetRawText().ShouldMeetEtsiAloneAsync("VnfLcmOperationOccurrenceNotification")))
            .ShouldBeOfType<ShouldAssertException>().Message.ShouldContain("NotInEnumeration");
        standard.GetProperty("notificationType").GetString().ShouldBe("VnfLcmOperationOccurrenceNotification");
        standard.GetProperty("operation").GetString().ShouldBe("MODIFY_INFO");
        standard.GetProperty("id").GetString().ShouldNotBe(source.GetProperty("id").GetString());
        string[] differ = ["notificationType", "operation", "id"];
        standard.EnumerateObject().Where(member => !differ.Contains(member.Name)).Select(member => member.ToString())
            .ShouldBe(source.EnumerateObject().Where(member => !differ.Contains(member.Name))
                .Select(member => member.ToString()));
    }

    [Fact]
    public async Task A_short_notification_says_so_and_leaves_out_what_changed()
    {
        var body = JsonElement.Parse(await PrintAsync(
            LcmOperationState.Completed,
            operation => operation with { ChangedInfo = JsonElement.Parse("{}") },
            "SHORT"));
        body.GetProperty("verbosity").GetString().ShouldBe("SHORT");
        body.TryGetProperty("changedInfo", out _).ShouldBeFalse();
    }

    private static async Task<string> PrintAsync(
        LcmOperationState state, Func<VnfLcmOpOcc, VnfLcmOpOcc>? change = null, string verbosity = "FULL",
        NotificationProfile? profile = null)
    {
        var instance = Samples.Instance(1) with { Id = new(new Guid("fd0bcc11-3f22-4c91-b363-1def72619db8")) };
        var operation = Samples.Operation(5, 1) with
        {
            Id = new(new Guid("143cfc34-cc14-414d-9374-d70d01ae7b5a")),
            VnfInstanceId = instance.Id,
            State = state,
        };
        var entry = new NotificationEntry(
            new Guid("6b737d3f-a485-46d9-9276-6802eb48decd"),
            NotificationTypes.InfrastructureOccurrence,
            new DateTimeOffset(2020, 7, 23, 8, 38, 47, 876, TimeSpan.Zero),
            NotifiedInstance.Of(instance),
            change is null ? operation : change(operation));
        var row = new SubscriptionRow(
            new Guid("e54d546a-6753-4f35-86fa-6ef8ac07a9de"), "http://a/", null, null, verbosity, 0, 0, entry.At);
        var form = NotificationForm.AllOf(entry, profile ?? NotificationProfile.Source).ShouldHaveSingleItem();
        return await Encoding.UTF8.GetString(NotificationBody.Print(entry, form, row, Links))
            .ShouldMeetEtsiAsync("VnfLcmOperationOccurrenceNotification");
    }
}
