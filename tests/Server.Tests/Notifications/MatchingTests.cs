using System.Text.Json;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Subscriptions;

namespace Server.Tests.Notifications;

public sealed class MatchingTests
{
    [Theory]
    [InlineData("{}", true, true)]
    [InlineData("""{"notificationTypes":[]}""", true, true)]
    [InlineData("""{"notificationTypes":["VnfLcmOperationOccurrenceNotification"]}""", false, false)]
    [InlineData("""{"notificationTypes":["InfrastructureOperationOccurrenceNotification"]}""", true, false)]
    [InlineData("""{"notificationTypes":["VnfIdentifierCreationNotification"]}""", false, true)]
    [InlineData("""{"operationTypes":["MONITORING_MIGRATION"]}""", true, true)]
    [InlineData("""{"operationTypes":["INSTANTIATE"]}""", false, true)]
    [InlineData("""{"operationStates":["STARTING","FAILED"]}""", true, true)]
    [InlineData("""{"operationTypes":["MONITORING_MIGRATION"],"operationStates":["FAILED"]}""", false, true)]
    [InlineData("""{"vnfInstanceSubscriptionFilter":{"vnfdIds":["vnfd-web"]}}""", true, true)]
    [InlineData("""{"vnfInstanceSubscriptionFilter":{"vnfdIds":["other"]}}""", false, false)]
    [InlineData("""{"vnfInstanceSubscriptionFilter":{"vnfInstanceNames":["other"]}}""", false, false)]
    [InlineData(
        "{'vnfInstanceSubscriptionFilter':{'vnfProductsFromProviders':[{'vnfProvider':'Acme'}]}}",
        true, true)]
    [InlineData(
        "{'vnfInstanceSubscriptionFilter':{'vnfProductsFromProviders':[{'vnfProvider':'Acme','vnfProduct"
        + "s':[{'vnfProductName':'Mail'}]},{'vnfProvider':'Acme','vnfProducts':[{'vnfProductName':'Web'}]}"
        + "]}}",
        true, true)]
    [InlineData(
        "{'vnfInstanceSubscriptionFilter':{'vnfProductsFromProviders':[{'vnfProvider':'Acme','vnfProduct"
        + "s':[{'vnfProductName':'Web','versions':[{'vnfSoftwareVersion':'1.0','vnfdVersions':['1.9']}]}]}"
        + "]}}",
        false, false)]
    [InlineData(
        "{'vnfInstanceSubscriptionFilter':{'vnfProductsFromProviders':[{'vnfProvider':'Acme','vnfProduct"
        + "s':[{'vnfProductName':'Web','versions':[{'vnfSoftwareVersion':'1.0','vnfdVersions':['1.9','2.0'"
        + "]}]}]}]}}",
        true, true)]
    public void A_filter_lets_through_what_it_says(string filter, bool migration, bool creation)
    {
        var read = SubscriptionFilter.Of(JsonElement.Parse(filter.Replace('\'', '"')));
        Matches(read, DeliveryRig.Entry(1, LcmOperationState.Starting, Samples.Noon)).ShouldBe(migration);
        var instance = NotifiedInstance.Of(Samples.Instance(1));
        Matches(read, new NotificationEntry(
            Samples.Id(2), NotificationTypes.IdentifierCreation, Samples.Noon, instance, null)).ShouldBe(creation);
    }

    [Theory]
    [InlineData("source", "{}", "MONITORING_MIGRATION")]
    [InlineData("standard", "{}", "MODIFY_INFO")]
    [InlineData("both", "{}", "MONITORING_MIGRATION", "MODIFY_INFO")]
    [InlineData("both", """{"notificationTypes":["VnfLcmOperationOccurrenceNotification"]}""", "MODIFY_INFO")]
    [InlineData(
        "both", """{"notificationTypes":["InfrastructureOperationOccurrenceNotification"]}""", "MONITORING_MIGRATION")]
    [InlineData("both", """{"operationTypes":["MODIFY_INFO"]}""", "MODIFY_INFO")]
    [InlineData("both", """{"operationTypes":["MONITORING_MIGRATION"]}""", "MONITORING_MIGRATION")]
    [InlineData("standard", """{"operationTypes":["MONITORING_MIGRATION"]}""")]
    [InlineData("source", """{"operationTypes":["MODIFY_INFO"]}""")]
    [InlineData("both", """{"operationTypes":["MODIFY_INFO"],"operationStates":["FAILED"]}""")]
    public void A_migration_is_told_in_the_forms_of_the_profile_that_the_filter_lets_through(
        string profile, string filter, params string[] operations)
    {
        var row = new SubscriptionRow(
            Samples.Id(9), "http://a/", JsonElement.Parse(filter), null, "FULL", 0, 0, Samples.Noon);
        var wanted = Interests.Of(row, NotificationProfile.Of(profile));
        wanted(DeliveryRig.Entry(1, LcmOperationState.Starting, Samples.Noon))
            .Select(form => form.Operation).ShouldBe(operations);
    }

    [Theory]
    [InlineData("source")]
    [InlineData("standard")]
    [InlineData("both")]
    public void Only_migrations_differ_between_profiles(string profile)
    {
        var entry = DeliveryRig.Entry(1, LcmOperationState.Starting, Samples.Noon);
        var instantiation = entry with
        {
            Type = NotificationTypes.OperationOccurrence,
            Operation = entry.Operation! with { Operation = LcmOperationType.Instantiate },
        };
        NotificationForm.AllOf(instantiation, NotificationProfile.Of(profile))
            .ShouldBe([new(entry.Id, NotificationTypes.OperationOccurrence, "INSTANTIATE")]);
    }

    [Fact]
    public void The_standards_form_has_one_id_of_its_own_whatever_the_profile()
    {
        var entry = DeliveryRig.Entry(1, LcmOperationState.Starting, Samples.Noon);
        var both = NotificationForm.AllOf(entry, NotificationProfile.Both);
        both[0].Id.ShouldBe(entry.Id);
        both[1].Id.ShouldNotBe(entry.Id);
        both[1].Id.Version.ShouldBe(8);
        NotificationForm.AllOf(entry, NotificationProfile.Standard).ShouldBe([both[1]]);
        var other = DeliveryRig.Entry(2, LcmOperationState.Starting, Samples.Noon);
        NotificationForm.AllOf(other, NotificationProfile.Standard)[0].Id.ShouldNotBe(both[1].Id);
    }

    [Fact]
    public void An_instance_is_named_by_id_or_by_name()
    {
        var entry = DeliveryRig.Entry(1, LcmOperationState.Starting, Samples.Noon);
        Matches($$"""{"vnfInstanceIds":["{{Samples.Id(1)}}"]}""", entry).ShouldBeTrue();
        Matches($$"""{"vnfInstanceIds":["{{Samples.Id(2)}}"]}""", entry).ShouldBeFalse();
        var name = JsonSerializer.Serialize(Samples.Instance(1).Name);
        Matches($$"""{"vnfInstanceNames":[{{name}}]}""", entry).ShouldBeTrue();
    }

    private static bool Matches(string instances, NotificationEntry entry) => SubscriptionFilter
        .Of(JsonElement.Parse("{\"vnfInstanceSubscriptionFilter\":" + instances + "}"))
        .Matches(entry, NotificationForm.Of(entry));

    private static bool Matches(SubscriptionFilter filter, NotificationEntry entry) =>
        filter.Matches(entry, NotificationForm.Of(entry));
}
