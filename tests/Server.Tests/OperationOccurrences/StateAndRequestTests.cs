using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Server.Tests.Sol003;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Operations.Instantiate;
using Watchkeeper.Server.Operations.MonitoringMigration;
using Watchkeeper.Server.Operations.Terminate;

namespace Server.Tests.OperationOccurrences;

/// <summary>The answer to each request on an occurrence in each of its states, by the plans of the product.</summary>
public sealed class StateAndRequestTests
{
    private const string All = "/vnflcm/v2/vnf_lcm_op_occs";
    private const int Known = 1;
    private const int OfANewerProgram = 99;

    private static readonly ImmutableArray<OperationPlan> Plans =
        [InstantiatePlan.Plan, MigrationPlan.Plan, TerminatePlan.Plan];

    // In the order of the columns.
    private static readonly ImmutableArray<LcmOperationState> States =
    [
        LcmOperationState.Starting, LcmOperationState.Processing, LcmOperationState.Completed,
        LcmOperationState.FailedTemp, LcmOperationState.Failed, LcmOperationState.RollingBack,
        LcmOperationState.RolledBack,
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_table_has_a_column_for_every_state() =>
        States.Order().ShouldBe(Enum.GetValues<LcmOperationState>().Order());

    // STARTING, PROCESSING, COMPLETED, FAILED_TEMP, FAILED, ROLLING_BACK, ROLLED_BACK
    [Theory]
    [InlineData(LcmOperationType.MonitoringMigration, Known, "retry", 409, 409, 409, 202, 409, 409, 409)]
    [InlineData(LcmOperationType.MonitoringMigration, Known, "rollback", 409, 409, 409, 202, 409, 409, 409)]
    [InlineData(LcmOperationType.MonitoringMigration, Known, "fail", 409, 409, 409, 200, 409, 409, 409)]
    [InlineData(LcmOperationType.MonitoringMigration, Known, "cancel", 404, 404, 404, 404, 404, 404, 404)]
    [InlineData(LcmOperationType.Instantiate, Known, "retry", 409, 409, 409, 202, 409, 409, 409)]
    [InlineData(LcmOperationType.Instantiate, Known, "rollback", 409, 409, 409, 202, 409, 409, 409)]
    [InlineData(LcmOperationType.Instantiate, Known, "fail", 409, 409, 409, 200, 409, 409, 409)]
    [InlineData(LcmOperationType.Instantiate, Known, "cancel", 202, 202, 409, 409, 409, 202, 409)]
    [InlineData(LcmOperationType.Terminate, Known, "retry", 409, 409, 409, 202, 409, 409, 409)]
    [InlineData(LcmOperationType.Terminate, Known, "rollback", 404, 404, 404, 404, 404, 404, 404)]
    [InlineData(LcmOperationType.Terminate, Known, "fail", 409, 409, 409, 200, 409, 409, 409)]
    [InlineData(LcmOperationType.Terminate, Known, "cancel", 202, 202, 409, 409, 409, 202, 409)]
    [InlineData(LcmOperationType.MonitoringMigration, OfANewerProgram, "retry", 404, 404, 404, 404, 404, 404, 404)]
    [InlineData(LcmOperationType.MonitoringMigration, OfANewerProgram, "rollback", 404, 404, 404, 404, 404, 404, 404)]
    [InlineData(LcmOperationType.MonitoringMigration, OfANewerProgram, "fail", 404, 404, 404, 404, 404, 404, 404)]
    [InlineData(LcmOperationType.MonitoringMigration, OfANewerProgram, "cancel", 404, 404, 404, 404, 404, 404, 404)]
    public async Task A_request_is_answered_by_the_state(
        LcmOperationType operation, int planVersion, string request, params int[] statuses)
    {
        await using var rig = await StartAsync();
        for (var column = 0; column < States.Length; column++)
        {
            var stored = Samples.Operation(2000 + column, 1000 + column) with
            {
                Operation = operation,
                PlanVersion = planVersion,
                State = States[column],
            };
            await rig.PutAsync(Samples.Instance(1000 + column));
            await rig.PutAsync(stored);

            await DemandAsync(rig, stored, request, statuses[column]);
        }
    }

    private static async Task DemandAsync(ApiRig rig, VnfLcmOpOcc stored, string request, int status)
    {
        var path = $"{All}/{stored.Id}";
        var before = await ReadAsync(rig, path);
        var isOffered = before.GetProperty("_links").TryGetProperty(request, out _);

        using var answer = await rig.SendAsync("POST", $"{path}/{request}", """{"cancelMode":"GRACEFUL"}""");

        var what = $"{request} of {stored.Operation} in {stored.State}";
        ((int)answer.StatusCode).ShouldBe(status, what);
        isOffered.ShouldBe(status is 200 or 202, what);
        var left = (await rig.Store.FindOccurrenceAsync(stored.Id, Token)).ShouldNotBeNull();
        if (isOffered)
        {
            left.State.ShouldBe(StateAfter(request, stored.State), what);
            return;
        }

        await ApiRig.ProblemAsync(answer, status);
        left.Version.ShouldBe(stored.Version, what);
        (await ReadAsync(rig, path)).GetRawText().ShouldBe(before.GetRawText(), what);
    }

    private static LcmOperationState StateAfter(string request, LcmOperationState before) => request switch
    {
        "retry" => LcmOperationState.Processing,
        "rollback" => LcmOperationState.RollingBack,
        "fail" => LcmOperationState.Failed,
        "cancel" when before == LcmOperationState.Starting => LcmOperationState.RolledBack,
        "cancel" => LcmOperationState.FailedTemp,
        _ => throw new ArgumentOutOfRangeException(nameof(request), request, "There is no such request."),
    };

    private static async Task<JsonElement> ReadAsync(ApiRig rig, string path)
    {
        using var answer = await rig.SendAsync("GET", path);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Token));
    }

    // Without the engine's loops, so that what is stored stays as it is; the steps are never performed.
    private static Task<ApiRig> StartAsync() => ApiRig.StartAsync(services =>
    {
        services.Remove(services.Single(one => one.ImplementationType == typeof(EngineService)));
        services.RemoveAll<OperationPlan>().RemoveAll<IStep>();
        foreach (var plan in Plans)
        {
            services.AddSingleton(plan);
            var steps = plan.Preparation.Concat(plan.Forward).Concat(plan.Backward).Select(step => step.Name);
            foreach (var name in steps.Distinct())
            {
                services.AddSingleton<IStep>(new IdleStep(plan.Operation, name));
            }
        }
    });

    private sealed class IdleStep(LcmOperationType operation, StepName name) : IStep
    {
        public LcmOperationType Operation => operation;

        public StepName Name => name;

        public Task<StepResult> PerformAsync(VnfLcmOpOcc occurrence, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nobody performs it.");
    }
}
