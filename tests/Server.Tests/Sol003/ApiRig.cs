using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Server.Tests.Notifications;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents.Link;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Events;
using Watchkeeper.Server.Faults;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.OperationOccurrences;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Subscriptions;
using Watchkeeper.Server.VnfInstances;

namespace Server.Tests.Sol003;

/// <summary>The northbound API on a real socket with a real store, and plans whose steps succeed at once.</summary>
internal sealed class ApiRig : IAsyncDisposable
{
    public const string Vnfd = "vnfd-web";

    private readonly WebApplication _app;
    private readonly DataFolder _folder;
    private readonly string _directory;

    private ApiRig(
        WebApplication app, DataFolder folder, string directory, FakeConsumers consumers, AuditLines audit)
    {
        Audit = audit;
        _app = app;
        _folder = folder;
        _directory = directory;
        Consumers = consumers;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    /// <summary>A resource that answers GET as a migration does.</summary>
    public const string Accepting = "/vnflcm/v2/ext/accepts";

    public HttpClient Client { get; }

    public AuditLines Audit { get; }

    public FakeConsumers Consumers { get; }

    public Store Store => _app.Services.GetRequiredService<Store>();

    public IServiceProvider Services => _app.Services;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ApiRig> StartAsync(
        Action<IServiceCollection>? change = null, Action<WebApplication>? map = null,
        NotificationProfile? profile = null)
    {
        var directory = StoreRig.NewDirectory();
        var folder = DataFolder.Open(directory);
        var (consumers, audit) = (new FakeConsumers(), new AuditLines());
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(audit);
        builder.Services.AddStorage(folder, new RetentionSettings());
        builder.Services.AddOperationEngine();
        foreach (var plan in Plans)
        {
            builder.Services.AddSingleton(plan).AddSingleton<IStep>(new EasyStep(plan.Operation));
        }

        builder.Services.AddSol003(apiRoot: null);
        builder.Services.AddVnfInstances(_ => FindVnfdAsync);
        builder.Services.AddOccurrences();
        builder.Services.AddSubscriptions();
        builder.Services.AddNotifications(
            new DeliveryLimits(), profile ?? NotificationProfile.Source, _ => new Random(0));
        builder.Services.AddSingleton<ICallbackSender>(consumers);
        builder.Services.AddSingleton<AlarmWriting>();
        builder.Services.AddAlarmResources();
        builder.Services.AddEvents();
        change?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseSol003(LinkRegistration.Path);
        app.MapVersions();
        app.MapVnfInstances();
        app.MapOccurrences();
        app.MapSubscriptions();
        app.MapAlarms();
        app.MapEvents();
        app.MapProductOpenApi();
        app.MapGet("/vnflcm/v2/ext/fails", () => { throw new InvalidOperationException("secret detail"); });
        app.MapGet(Accepting, () => Results.Accepted("http://127.0.0.1/vnflcm/v2/vnf_lcm_op_occs/5"));
        map?.Invoke(app);
        await app.StartAsync(Token);
        return new ApiRig(app, folder, directory, consumers, audit);
    }

    /// <summary>Sends a request; a text that is given is its JSON body.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        string method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Client.SendAsync(request, Token);
    }

    public async Task<JsonElement> GetJsonAsync(string path, string type, bool isList = false)
    {
        using var answer = await SendAsync("GET", path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonElement.Parse(
            await (await answer.Content.ReadAsStringAsync(Token)).ShouldMeetEtsiAsync(type, isList));
    }

    /// <summary>Checks that the answer is a problem with this status, as ETSI wants it, and gives it back.</summary>
    public static async Task<JsonElement> ProblemAsync(HttpResponseMessage answer, int status)
    {
        ((int)answer.StatusCode).ShouldBe(status);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        answer.Headers.Contains("Version").ShouldBeTrue();
        answer.Headers.Contains("Retry-After").ShouldBe(status is 429 or 503);
        var body = JsonElement.Parse(
            await (await answer.Content.ReadAsStringAsync(Token)).ShouldMeetEtsiAsync("ProblemDetails"));
        foreach (var member in (string[])["type", "title", "detail"])
        {
            body.GetProperty(member).GetString().ShouldNotBeNullOrEmpty();
        }

        body.GetProperty("status").GetInt32().ShouldBe(status);
        return body;
    }

    public async Task PutAsync(VnfInstance instance, params WatchedVnfc[] vnfcs) => await Store.CommitAsync(
        [InstanceTable.Insert(instance), .. vnfcs.Select(VnfcTable.Insert)], Token);

    public async Task PutAsync(VnfLcmOpOcc operation) =>
        await Store.CommitAsync([OccurrenceTable.Insert(operation)], Token);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _folder.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static ImmutableArray<OperationPlan> Plans =>
    [
        new OperationPlan
        {
            Operation = LcmOperationType.Instantiate,
            Version = 1,
            Forward = [new(EasyStep.Step, IfFails.Stop)],
            Backward = [new(EasyStep.Step, IfFails.Stop)],
        },
        new OperationPlan
        {
            Operation = LcmOperationType.MonitoringMigration,
            Version = 1,
            Forward = [new(EasyStep.Step, IfFails.Stop)],
            Backward = [new(EasyStep.Step, IfFails.Stop)],
        },
        new OperationPlan
        {
            Operation = LcmOperationType.Terminate,
            Version = 1,
            Forward = [new(EasyStep.Step, IfFails.Stop)],
            Backward = [],
        },
    ];

    private static Task<StoredVnfd?> FindVnfdAsync(string vnfdId, CancellationToken cancellationToken) =>
        Task.FromResult(vnfdId == Vnfd
            ? new StoredVnfd(
                Samples.Instance(1).Vnfd,
                Pairs.None,
                Pairs.None.Add("isAutohealEnabled", JsonElement.Parse("true")),
                Pairs.None.Add("team", JsonElement.Parse("\"from the VNFD\"")))
            : null);

    private sealed class EasyStep(LcmOperationType operation) : IStep
    {
        public static StepName Step { get; } = new("easy");

        public LcmOperationType Operation => operation;

        public StepName Name => Step;

        public Task<StepResult> PerformAsync(VnfLcmOpOcc occurrence, CancellationToken cancellationToken) =>
            Task.FromResult(StepResult.Done(occurrence));
    }
}
