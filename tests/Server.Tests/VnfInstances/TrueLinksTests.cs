using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Server.Tests.Sol003;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Operations;
using Watchkeeper.Server.Operations.Instantiate;
using Watchkeeper.Server.Operations.Terminate;
using Watchkeeper.Server.Sol003;

namespace Server.Tests.VnfInstances;

/// <summary>A link is there exactly when the call would be accepted.</summary>
public sealed class TrueLinksTests
{
    private const string Instances = "/vnflcm/v2/vnf_instances";
    private const string Occurrences = "/vnflcm/v2/vnf_lcm_op_occs";

    private static readonly ImmutableArray<LcmOperationType> Operations =
        [LcmOperationType.Instantiate, LcmOperationType.MonitoringMigration, LcmOperationType.Terminate];

    private static readonly ImmutableArray<(LcmOperationType, LcmOperationState)?> Ended =
        [null, .. Each(LcmOperationState.Completed, LcmOperationState.Failed, LcmOperationState.RolledBack)];

    private static readonly ImmutableArray<(LcmOperationType, LcmOperationState)?> Open =
    [
        null,
        .. Each(
            LcmOperationState.Starting, LcmOperationState.Processing, LcmOperationState.FailedTemp,
            LcmOperationState.RollingBack),
    ];

    private int _lastId = 1000;

    private enum Kept
    {
        /// <summary>NOT_INSTANTIATED, with nothing at the VIM.</summary>
        Nothing,

        /// <summary>NOT_INSTANTIATED, with VMs that an instantiation, given up, has left.</summary>
        Leftovers,

        /// <summary>INSTANTIATED.</summary>
        Vnf,
    }

    [Theory]
    [InlineData("instantiate")]
    [InlineData("terminate")]
    public async Task Of_an_instance_whatever_it_went_through(string task)
    {
        await using var rig = await StartAsync();
        var linked = new List<string>();
        foreach (var kept in Enum.GetValues<Kept>())
        {
            foreach (var ended in Ended)
            {
                foreach (var open in Open)
                {
                    var path = await StoreAsync(rig, kept, ended, open);
                    var name = $"{kept}, {ended?.ToString() ?? "new"}, {open?.ToString() ?? "free"}";
                    var (isOffered, isListed) = (await OffersAsync(rig, path, task), await ListsAsync(rig, path, task));

                    var status = await AskAsync(rig, $"{path}/{task}", """{"terminationType":"FORCEFUL"}""");

                    (isOffered, isListed).ShouldBe((status == 202, status == 202), $"{name}: {status}");
                    status.ShouldBeOneOf(202, 409);
                    if (isOffered)
                    {
                        linked.Add($"{kept} {(open is null ? "free" : "held")}");
                    }
                }
            }
        }

        linked.Distinct().ShouldBe(
            task == "terminate" ? ["Leftovers free", "Vnf free"] : ["Nothing free", "Leftovers free"]);
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("rollback")]
    [InlineData("fail")]
    [InlineData("cancel")]
    public async Task Of_an_occurrence_in_every_state(string task)
    {
        await using var rig = await StartAsync();
        foreach (var operation in Operations)
        {
            foreach (var state in Enum.GetValues<LcmOperationState>())
            {
                foreach (var version in (int[])[1, 99])
                {
                    await StoreAsync(rig, Kept.Leftovers, null, (operation, state), version);
                    var path = $"{Occurrences}/{Samples.Id(_lastId)}";
                    var isOffered = await OffersAsync(rig, path, task);

                    var status = await AskAsync(rig, $"{path}/{task}", """{"cancelMode":"FORCEFUL"}""");

                    isOffered.ShouldBe(status is 200 or 202, $"{operation}, {state}, plan {version}: {status}");
                    status.ShouldBeOneOf(200, 202, 404, 409);
                }
            }
        }
    }

    private static IEnumerable<(LcmOperationType, LcmOperationState)?> Each(params LcmOperationState[] states) =>
        Operations.SelectMany(operation => states.Select(
            state => ((LcmOperationType, LcmOperationState)?)(operation, state)));

    // Without the engine's loops: what is stored stays as it is. And without packages: of the instantiate request only
    // that is asked which its body does not decide.
    private static Task<ApiRig> StartAsync() => ApiRig.StartAsync(
        services => services.Remove(services.Single(one => one.ImplementationType == typeof(EngineService))),
        app =>
        {
            app.MapTerminate();
            app.MapPost(
                "/vnflcm/v2/vnf_instances/{id}/instantiate",
                async (Guid id, OperationDesk desk, HttpContext context, Links links) => Accepting.Answer(
                    await desk.OpenAsync(
                        new OpeningRequest
                        {
                            VnfInstanceId = new VnfInstanceId(id),
                            Operation = LcmOperationType.Instantiate,
                            Parameters = JsonElement.Parse("{}"),
                            Objection = InstantiateEndpoint.Objection,
                        },
                        context.RequestAborted),
                    context,
                    links));
        });

    private async Task<string> StoreAsync(
        ApiRig rig,
        Kept kept,
        (LcmOperationType Type, LcmOperationState State)? ended,
        (LcmOperationType Type, LcmOperationState State)? open,
        int version = 1)
    {
        var number = ++_lastId;
        var sample = Samples.Instance(number) with { IsInstantiated = kept == Kept.Vnf };
        await rig.PutAsync(kept == Kept.Nothing ? sample with { Deployment = null } : sample);
        foreach (var (type, state) in new[] { ended, open }.OfType<(LcmOperationType, LcmOperationState)>())
        {
            await rig.PutAsync(Samples.Operation(++_lastId, number) with
            {
                Operation = type,
                State = state,
                PlanVersion = version,
            });
        }

        return $"{Instances}/{Samples.Id(number)}";
    }

    private static async Task<bool> OffersAsync(ApiRig rig, string path, string task)
    {
        using var answer = await rig.SendAsync("GET", path);
        return Offers(JsonElement.Parse(await ReadAsync(answer)), task);
    }

    private static async Task<bool> ListsAsync(ApiRig rig, string path, string task)
    {
        using var answer = await rig.SendAsync("GET", $"{Instances}?filter=(eq,id,{path[(Instances.Length + 1)..]})");
        return Offers(JsonElement.Parse(await ReadAsync(answer))[0], task);
    }

    private static bool Offers(JsonElement resource, string task) =>
        resource.GetProperty("_links").TryGetProperty(task, out _);

    private static async Task<int> AskAsync(ApiRig rig, string path, string json)
    {
        using var answer = await rig.SendAsync("POST", path, json);
        return (int)answer.StatusCode;
    }

    private static Task<string> ReadAsync(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
