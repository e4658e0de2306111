using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Sol003;

/// <summary>A link to a resource (SOL013 <c>Link</c>): always absolute.</summary>
internal sealed record Link(string Href);

/// <summary>Where our resources are.</summary>
internal sealed class Links(ApiRoot root)
{
    /// <summary>The path of the API, without the root.</summary>
    public const string Api = "/vnflcm/v2";

    /// <summary>The path of the fault management API, without the root.</summary>
    public const string FaultApi = "/vnffm/v1";

    /// <summary>The root with the API's path.</summary>
    public string ApiUri => root.Text + Api;

    /// <summary>The root with the fault management API's path.</summary>
    public string FaultApiUri => root.Text + FaultApi;

    public string Instance(VnfInstanceId id) => $"{ApiUri}/vnf_instances/{id}";

    /// <summary>A task resource of a VNF instance, for example <c>terminate</c>.</summary>
    public Link InstanceTask(VnfInstanceId id, string task) => new($"{Instance(id)}/{task}");

    public string Occurrence(OperationId id) => $"{ApiUri}/vnf_lcm_op_occs/{id}";

    /// <summary>A task resource of an occurrence, for example <c>retry</c>.</summary>
    public Link OccurrenceTask(OperationId id, string task) => new($"{Occurrence(id)}/{task}");

    /// <summary>The subscriptions of an API.</summary>
    public string Subscriptions(SubscriptionKind kind) =>
        (kind == SubscriptionKind.Faults ? FaultApiUri : ApiUri) + "/subscriptions";

    public string Subscription(SubscriptionRow subscription) =>
        $"{Subscriptions(subscription.Kind)}/{subscription.Id:D}";

    public string Alarms => $"{FaultApiUri}/alarms";

    public string Alarm(Guid id) => $"{Alarms}/{id:D}";

    /// <summary>An agent, in the extension API.</summary>
    public string Agent(string name) => $"{ApiUri}/ext/monitoring_agents/{name}";
}
