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
        read.Matches(DeliveryRig.Entry(1, LcmOperationState.Starting, Samples.Noon)).ShouldBe(migration);
        var instance = NotifiedInstance.Of(Samples.Instance(1));
        read.Matches(new NotificationEntry(
            Samples.Id(2), NotificationTypes.IdentifierCreation, Samples.Noon, instance, null)).ShouldBe(creation);
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
        .Of(JsonElement.Parse("{\"vnfInstanceSubscriptionFilter\":" + instances + "}")).Matches(entry);
}
