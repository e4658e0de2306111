using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;
using static Server.Tests.Engine.TestPlans;

namespace Server.Tests.Engine;

public sealed class EngineServicesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_process_runs_operations_and_finishes_after_a_restart_what_it_left()
    {
        var directory = StoreRig.NewDirectory();
        var entered = new TaskCompletionSource();
        OperationId id;
        using (var folder = DataFolder.Open(directory))
        {
            using var host = Host(folder, async (_, stopping) =>
            {
                entered.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
                throw new NotSupportedException("It was waiting for ever.");
            });
            await host.StartAsync(Token);
            await host.Services.GetRequiredService<Store>()
                .CommitAsync([InstanceTable.Insert(Samples.Instance(1))], Token);
            var admission = await host.Services.GetRequiredService<OperationDesk>().OpenAsync(
                new OpeningRequest
                {
                    VnfInstanceId = new VnfInstanceId(Samples.Id(1)),
                    Operation = LcmOperationType.MonitoringMigration,
                },
                Token);
            id = admission.ShouldBeOfType<Admission.Opened>().Operation.Id;
            await entered.Task;
            await host.StopAsync(Token);
        }

        using (var folder = DataFolder.Open(directory))
        {
            using var host = Host(folder, (operation, _) => Task.FromResult(StepResult.Done(operation)));
            await host.StartAsync(Token);
            var end = await host.Services.GetRequiredService<OperationWatch>().RestedAsync(id, Token);
            end!.State.ShouldBe(LcmOperationState.Completed);
            await host.StopAsync(Token);
        }

        Directory.Delete(directory, recursive: true);
    }

    private static IHost Host(DataFolder folder, Func<VnfLcmOpOcc, CancellationToken, Task<StepResult>> act)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddStorage(folder, new RetentionSettings());
        builder.Services.AddSingleton(Of(1, Stop("a")));
        builder.Services.AddSingleton<IStep>(new ScriptedStep("a", act));
        builder.Services.AddOperationEngine();
        return builder.Build();
    }
}
