using Microsoft.Extensions.Logging.Abstractions;
using Server.Tests.Agents;
using Server.Tests.Notifications;
using Server.Tests.Packages;
using Server.Tests.Storage;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Faults;
using Watchkeeper.Server.Operations;
using Watchkeeper.Server.Operations.Instantiate;
using Watchkeeper.Server.Operations.MonitoringMigration;
using Watchkeeper.Server.Operations.Terminate;
using Watchkeeper.Server.Packages;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Vim;

namespace Server.Tests.Operations;

/// <summary>
/// The sample package <c>simulated</c>, a VIM in memory, two agents, and the real engine with the real steps.
/// </summary>
internal sealed class LifecycleRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly StoreRig _rig = new();
    private readonly OperationMetrics _metrics = new();
    private readonly TestMeters _meters = new();
    private readonly FakeRegistry _registry = new();
    private readonly PackageStore _packages;
    private readonly OperationDesk _desk;
    private readonly OperationWatch _watch;
    private readonly OperationRequests _requests;
    private readonly ReportGate _gate;
    private readonly CarriedStates _carried;
    private readonly MonitorWrites _writes;
    private readonly Task _working;

    public LifecycleRig()
    {
        var ids = new Version7Ids(Time);
        _packages = new PackageStore(
            Store, new PackageSettings(Path.Combine(_rig.Directory, "packages")), ids, Time,
            NullLogger<PackageStore>.Instance);
        Directory = new AgentDirectory(_registry, Time);
        Capacity = new CapacityLedger(Assignments);
        _writes = new MonitorWrites([new VmAlarms(new AlarmWriting(Store, ids, Time), new UnwatchedTimes(Time))]);
        var levels = new LevelBook();
        _carried = new CarriedStates(Time);
        var metrics = new VerdictMetrics(_meters);
        var storing = new VerdictStoring(
            Assignments, Store, levels, metrics, new(_writes, Time), NullLogger<VerdictStoring>.Instance);
        _gate = new ReportGate(
            Assignments, storing, (_, _) => { }, new KnownStates(Directory, _carried, levels, Time), metrics,
            NullLogger<ReportGate>.Instance);
        var plans = new PlanCatalog([InstantiatePlan.Plan, TerminatePlan.Plan, MigrationPlan.Plan]);
        var moves = new OperationMoves(
            Store, _metrics, ids, Time, NullLogger<OperationMoves>.Instance, ended => Capacity.Release(ended.Value));
        var steps = new StepCatalog(
            Steps(ids, levels).Select(step => new FailingStep(step, () => FailsIn)), plans);
        var attempt = new StepAttempt(steps, ids, NullLogger<StepAttempt>.Instance);
        var runner = new OperationRunner(Store, plans, attempt, moves, Time, NullLogger<OperationRunner>.Instance);
        _watch = new OperationWatch(Store, plans);
        var loop = new OperationLoop(runner, _watch, NullLogger<OperationLoop>.Instance);
        _desk = new OperationDesk(Store, plans, loop, ids, Time, NullLogger<OperationDesk>.Instance);
        _requests = new OperationRequests(Store, plans, moves, loop);
        _working = loop.RunAsync(_stop.Token);
    }

    /// <summary>The step that throws what nobody expects; null when none does.</summary>
    public StepName? FailsIn { get; set; }

    public SignallingTime Time { get; } = new();

    public Store Store => _rig.Store;

    public FakeVim Vim { get; } = new();

    public AgentDirectory Directory { get; }

    public Assignments Assignments { get; } = new();

    public CapacityLedger Capacity { get; }

    public FakeAgent One { get; } = new("dmona1");

    public FakeAgent Two { get; } = new("dmona2");

    public VnfInstanceId Instance { get; } = new(Samples.Id(1));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Uploads the package, makes a VNF instance of it, and has dmona1 and dmona2 join.</summary>
    public async Task<LifecycleRig> ReadyAsync()
    {
        using var archive = new MemoryStream(TestPackage.FromFolder(Sample()).Zip());
        (await _packages.AddAsync(archive, Token)).ShouldBeOfType<PackageAddition.Added>();
        var row = (await Store.PackagesAsync(Token)).ShouldHaveSingleItem();
        var package = (await _packages.FindAsync(row.VnfdId, Token)).ShouldNotBeNull();
        await Store.CommitAsync(
            [
                InstanceTable.Insert(new VnfInstance
                {
                    Id = Instance,
                    Vnfd = package.Vnfd.ReferenceFrom(package.Description.Id),
                    CreatedAt = Time.GetUtcNow(),
                }),
            ],
            Token);
        foreach (var name in (string[])["dmona1", "dmona2"])
        {
            _registry.Rows[name] = new(name, "default", 100, "1.0", [], false, Samples.Noon, Samples.Noon);
        }

        await Directory.LoadAsync(Token);
        Join("dmona1", One);
        Join("dmona2", Two);
        return this;
    }

    public void Join(string name, FakeAgent agent, int capacity = 100, AgentState state = AgentState.Online) =>
        Directory.Change(name, known => known with
        {
            Row = known.Row with { Capacity = capacity },
            State = state,
            Way = agent,
            IsReady = true,
            HeardAt = Time.GetTimestamp(),
        });

    public Task<VnfLcmOpOcc> OpenInstantiateAsync(int vms = 2, string? agent = "dmonaName://dmona1") => OpenAsync(
        LcmOperationType.Instantiate,
        agent is null
            ? $$$"""{"flavourId":"default","additionalParams":{"VMS":{{{vms}}}}}"""
            : $$$"""{"flavourId":"default","additionalParams":{"VMS":{{{vms}}},"MONITORING_AGENT":"{{{agent}}}"}}""");

    /// <summary>Instantiates to the end, with VMs that boot.</summary>
    public async Task<VnfLcmOpOcc> InstantiateAsync(int vms = 2, string? agent = "dmonaName://dmona1") =>
        await BootedAsync(await OpenInstantiateAsync(vms, agent));

    /// <summary>Has VMs boot as soon as they are watched, and waits for the rest.</summary>
    public async Task<VnfLcmOpOcc> BootedAsync(VnfLcmOpOcc operation)
    {
        var resting = RestedAsync(operation);
        await await Task.WhenAny(BootAsync(), resting);
        return await resting;
    }

    /// <summary>Waits for a rest without a boot.</summary>
    public async Task<VnfLcmOpOcc> FailToInstantiateAsync(int vms = 2, string? agent = "dmonaName://dmona1") =>
        await RestedAsync(await OpenInstantiateAsync(vms, agent));

    public async Task<VnfLcmOpOcc> TerminateAsync() => await RestedAsync(
        await OpenAsync(LcmOperationType.Terminate, """{"terminationType":"FORCEFUL"}"""));

    public async Task<VnfLcmOpOcc> MigrateAsync(string agent, string key) => await RestedAsync(
        await OpenAsync(
            LcmOperationType.MonitoringMigration, $$"""{"monitoring_agent":"{{agent}}","key":"{{key}}"}"""));

    /// <summary>A VM's own agent reports it.</summary>
    public Task<ImmutableArray<TargetEpoch>> SeeAsync(WatchedVnfc vm, bool isAlive) => _gate.TakeAsync(
        vm.Vnfc.Agent!,
        [
            new MonitorReport(
                vm.Target, new AssignmentEpoch(vm.Vnfc.Epoch), IsVerdict: true,
                [new CarriedKpi("VM_ALIVE", new KpiState(isAlive, 1, 0), null, null, 1)], Gap: null),
        ],
        Token);

    public async Task<VnfLcmOpOcc> RestedAsync(VnfLcmOpOcc operation) =>
        (await _watch.RestedAsync(operation.Id, Token)).ShouldNotBeNull();

    public async Task RetryAsync(VnfLcmOpOcc operation) =>
        (await _requests.RetryAsync(operation.Id, Token)).ShouldBeOfType<RequestAnswer.Accepted>();

    public Task<VnfLcmOpOcc> RollBackAsync(VnfLcmOpOcc operation) => AskAsync(operation, _requests.RollbackAsync);

    public Task<VnfLcmOpOcc> FailAsync(VnfLcmOpOcc operation) =>
        AskAsync(operation, (id, token) => _requests.FailAsync(id, null, token));

    public Task<VnfLcmOpOcc> CancelAsync(VnfLcmOpOcc operation) => AskAsync(operation, _requests.CancelAsync);

    public async Task<ImmutableArray<WatchedVnfc>> VmsAsync() => await Store.VnfcsAsync(Instance, Token);

    public async Task<VnfInstance> InstanceAsync() =>
        (await Store.FindInstanceAsync(Instance, Token)).ShouldNotBeNull();

    public async Task<string> StatesAsync() => string.Join(
        " ", (await Store.NotificationsAsync(0, 1000, Token)).Where(n => n.Entry.Operation is not null)
            .Select(n => Spelling.Of(n.Entry.Operation!.State)));

    public async Task<string> EventsAsync() => string.Join(
        ", ", (await Store.EventsAsync(0, null, 1000, Token)).Select(e => $"{e.Event.Type} {e.Event.Status}"));

    /// <summary>Nothing of a VNF is left anywhere.</summary>
    public async Task NothingIsLeftAsync()
    {
        (await VmsAsync()).ShouldBeEmpty();
        (await Store.LevelsAsync(Token)).ShouldBeEmpty();
        Vim.Vms.ShouldBeEmpty();
        One.Watched.ShouldBeEmpty();
        Two.Watched.ShouldBeEmpty();
        Assignments.CountOf("dmona1").ShouldBe(0);
        var instance = await InstanceAsync();
        instance.IsInstantiated.ShouldBeFalse();
        instance.Deployment.ShouldBeNull();
        Capacity.TryReserve(Samples.Id(99), "dmona1", 100, 100).ShouldBeTrue();
        Capacity.Release(Samples.Id(99));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _working;
        _packages.Dispose();
        await _rig.DisposeAsync();
        Directory.Dispose();
        _metrics.Dispose();
        _meters.Dispose();
        _stop.Dispose();
    }

    private async Task<VnfLcmOpOcc> AskAsync(
        VnfLcmOpOcc operation, Func<OperationId, CancellationToken, Task<RequestAnswer>> askAsync)
    {
        (await askAsync(operation.Id, Token)).ShouldBeOfType<RequestAnswer.Accepted>();
        return await RestedAsync(operation);
    }

    /// <summary>Waits until every VM is watched, and has its agent see it alive.</summary>
    private async Task BootAsync()
    {
        while (true)
        {
            var change = Assignments.NextChangeOf(Instance);
            ImmutableArray<WatchedVnfc> vms =
                [.. ((string[])["dmona1", "dmona2"]).SelectMany(agent => Assignments.Of(agent))];
            if (!vms.IsEmpty && vms.All(vm => vm.Vnfc.Monitor == MonitorState.Set))
            {
                foreach (var vm in vms)
                {
                    await SeeAsync(vm, isAlive: true);
                }

                return;
            }

            await change.WaitAsync(Token);
        }
    }

    public async Task<VnfLcmOpOcc> OpenAsync(LcmOperationType operation, string parameters)
    {
        var sent = JsonElement.Parse(parameters);
        var admission = await _desk.OpenAsync(
            new OpeningRequest { VnfInstanceId = Instance, Operation = operation, Parameters = sent }, Token);
        return admission.ShouldBeOfType<Admission.Opened>().Operation;
    }

    private IStep[] Steps(Version7Ids ids, LevelBook levels)
    {
        var timeouts = new MonitorTimeouts(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
        var calls = new AgentCalls(Directory, timeouts, Time);
        var states = new KnownStates(Directory, _carried, levels, Time);
        var setting = new MonitorSetting(Assignments, Store, calls, states, _writes);
        var unsetting = new MonitorUnsetting(Directory, calls, _carried, timeouts, Time);
        var vims = new VimRegistry([Vim], "SIMULATOR");
        var drafting = new Drafting(_packages, vims);
        var storing = new CounterStoring(Assignments, Directory, Store, Time, NullLogger<CounterStoring>.Instance);
        var removal = new VmRemoval(Store, new RemovedVms(Assignments, _carried, levels, storing, _writes), vims, Time);
        var unset = new UnsetAllStep(LcmOperationType.Instantiate, Store, Assignments, unsetting);
        var preflight = new Preflight(calls, NullLogger<Preflight>.Instance);
        var drill = ServiceUpdateDrill.Parse(null, null);
        return
        [
            new PrepareStep(Store, drafting, Directory, Capacity),
            new AllocateStep(Store, drafting, Assignments, unset, removal, ids),
            new MakeVmsStep(Store, drafting, Assignments, Time),
            new SetFirstMonitorStep(Store, setting, Capacity),
            new AwaitAliveStep(Store, Assignments, Time),
            unset,
            new RemoveVmsStep(LcmOperationType.Instantiate, removal, InstantiateMemory.Terms),
            new UnsetAllStep(LcmOperationType.Terminate, Store, Assignments, unsetting),
            new RemoveVmsStep(LcmOperationType.Terminate, removal, TerminateRequest.Terms),
            new ValidateStep(Store, Directory, Capacity, preflight, new MigrationOptions()),
            new UnsetMonitorStep(Store, Assignments, unsetting),
            new UpdateServiceStep(Store, Assignments, Capacity, drill, Time),
            new SetMonitorStep(Store, setting, unsetting, Time),
            new CheckRollbackStep(),
        ];
    }

    private static string Sample([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../../../samples/simulated");
}
