using System.Net;
using System.Text.Json;

namespace EndToEnd.Harness;

/// <summary>A server, the agents dmona1 and dmona2, and VNFs whose VMs are simulated.</summary>
internal sealed class Lab : IAsyncDisposable
{
    private readonly List<ChildProcess> _agents = [];
    private readonly Dictionary<string, ChildProcess> _joined = new(StringComparer.Ordinal);

    private Lab(TemporaryFolder folder, ServerProcess server, string vnfdId)
    {
        Folder = folder;
        Server = server;
        Rest = new Rest(server.Address);
        VnfdId = vnfdId;
    }

    public TemporaryFolder Folder { get; }

    public ServerProcess Server { get; }

    public Rest Rest { get; }

    /// <summary>The descriptor of samples/simulated.</summary>
    public string VnfdId { get; }

    /// <summary>Starts the server with the sample package, and no agent.</summary>
    public static Task<Lab> StartAsync(params string[] settings) => StartAsync(ServerPlace.Loopback(), settings);

    /// <summary>Starts the server somewhere else.</summary>
    public static async Task<Lab> StartAsync(ServerPlace place, params string[] settings)
    {
        var folder = new TemporaryFolder();
        ServerProcess? server = null;
        try
        {
            server = await ServerProcess.StartAsync(folder, place, settings);
            var package = await WkProcess.JsonAsync(
                server.Address, "package", "upload", Programs.Sample("simulated"));
            return new Lab(folder, server, package.Text("vnfdId"));
        }
        catch
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }

            folder.Dispose();
            throw;
        }
    }

    /// <summary>Starts the server, the package and both agents.</summary>
    public static async Task<Lab> WithAgentsAsync(params string[] settings)
    {
        var lab = await StartAsync(settings);
        try
        {
            await lab.JoinAsync("dmona1");
            await lab.JoinAsync("dmona2");
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts an agent that ends with the lab.</summary>
    public async Task<ChildProcess> JoinAsync(string name, params string[] options)
    {
        var agent = Begin(name, options);
        (await agent.ReadyAsync()).ShouldBe(name);
        _joined[name] = agent;
        return agent;
    }

    /// <summary>The process of an agent that has joined.</summary>
    public ChildProcess Agent(string name) => _joined[name];

    /// <summary>Starts an agent that ends with the lab, and that may not find its server.</summary>
    public ChildProcess Begin(string name, params string[] options) =>
        Keep(AgentProcess.Start(Server, Folder, name, options: options));

    /// <summary>Ends an agent with the lab.</summary>
    public ChildProcess Keep(ChildProcess agent)
    {
        _agents.Add(agent);
        return agent;
    }

    /// <summary>Creates a VNF instance.</summary>
    public async Task<string> CreateAsync()
    {
        var created = await Rest.PostAsync("vnf_instances", $$"""{"vnfdId":"{{VnfdId}}","vnfInstanceName":"test"}""");
        created.Status.ShouldBe(HttpStatusCode.Created, created.Text);
        return created.Json.Text("id");
    }

    /// <summary>Asks for an instantiation; the answer is the operation.</summary>
    /// <param name="vnf">The VNF.</param>
    /// <param name="parameters">JSON members of additionalParams.</param>
    public async Task<string> BeginInstantiateAsync(string vnf, string parameters = "")
    {
        var separator = parameters.Length > 0 ? "," : "";
        var accepted = await Rest.PostAsync($"vnf_instances/{vnf}/instantiate", $$$"""
            {"flavourId":"default","vimConnectionInfo":{"vim1":{"vimType":"SIMULATOR"}},
             "additionalParams":{"POLL_SECONDS":1{{{separator}}}{{{parameters}}}}}
            """);
        accepted.Status.ShouldBe(HttpStatusCode.Accepted, accepted.Text);
        return accepted.NewId;
    }

    /// <summary>Creates and instantiates a VNF.</summary>
    public async Task<string> DeployAsync(string parameters = "")
    {
        var vnf = await CreateAsync();
        await DemandCompletedAsync(await BeginInstantiateAsync(vnf, parameters));
        return vnf;
    }

    /// <summary>Terminates a VNF.</summary>
    public async Task TerminateAsync(string vnf)
    {
        var accepted = await Rest.PostAsync(
            $"vnf_instances/{vnf}/terminate", """{"terminationType":"FORCEFUL"}""");
        accepted.Status.ShouldBe(HttpStatusCode.Accepted, accepted.Text);
        await DemandCompletedAsync(accepted.NewId);
    }

    /// <summary>Asks for a migration with a body that is sent as it is; the answer is the operation.</summary>
    public async Task<string> BeginMigrateAsync(string vnf, string body, HttpMethod? method = null)
    {
        var accepted = await Rest.SendAsync(method ?? HttpMethod.Post, Migrate(vnf), body);
        accepted.Status.ShouldBe(HttpStatusCode.Accepted, accepted.Text);
        accepted.Text.ShouldBeEmpty();
        accepted.Location.ShouldNotBeNull().AbsoluteUri
            .ShouldBe($"{Server.Address}vnflcm/v2/vnf_lcm_op_occs/{accepted.NewId}");
        return accepted.NewId;
    }

    /// <summary>Demands that an operation ends COMPLETED; the answer is the occurrence.</summary>
    public async Task<JsonElement> DemandCompletedAsync(string operation)
    {
        var ended = await Rest.EndOfAsync(operation);
        ended.Text("operationState").ShouldBe("COMPLETED", ended.GetRawText());
        return ended;
    }

    /// <summary>Demands that an agent watches every VM of a VNF.</summary>
    public async Task DemandWatchedByAsync(string vnf, string agent)
    {
        var monitoring = await Rest.GetAsync(Monitoring(vnf));
        var vnfcs = monitoring.Items("vnfcs");
        vnfcs.ShouldNotBeEmpty();
        vnfcs.ShouldAllBe(vnfc =>
            vnfc.Text("monitoring_agent").EndsWith("://" + agent) && vnfc.Text("monitor") == "SET");
    }

    public static string Monitoring(string vnf) => $"ext/vnf_instances/{vnf}/monitoring";

    public static string Migrate(string vnf) => Monitoring(vnf) + "/migrate";

    public async ValueTask DisposeAsync()
    {
        Rest.Dispose();
        foreach (var agent in _agents)
        {
            await agent.DisposeAsync();
        }

        await Server.DisposeAsync();
        Folder.Dispose();
    }
}
