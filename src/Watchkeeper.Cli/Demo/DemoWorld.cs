using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Processes;

namespace Watchkeeper.Cli.Demo;

/// <summary>The processes and the folder of a demo; whatever happens, they are gone afterwards.</summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    private readonly BuiltPrograms _programs;
    private readonly Timeline _timeline;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, ChildProcess> _agents = new(StringComparer.Ordinal);
    private readonly List<Vm> _vms = [];
    private ChildProcess? _server;
    private ServerApi? _api;
    private bool _isKept;

    private DemoWorld(BuiltPrograms programs, string folder, Timeline timeline, TimeProvider time)
    {
        _programs = programs;
        Folder = folder;
        _timeline = timeline;
        _time = time;
    }

    /// <summary>Where data and logs of all processes are.</summary>
    public string Folder { get; }

    /// <summary>The server; it has been started.</summary>
    public ServerApi Api => _api ?? throw new InvalidOperationException("The server has not been started.");

    /// <summary>The sample packages.</summary>
    public string Samples => _programs.Samples;

    /// <summary>Where HOST keeps its VMs.</summary>
    public string HostFolder => Path.Combine(Folder, "vms");

    private string Data => Path.Combine(Folder, "server");

    /// <summary>Makes the folder; nothing runs yet.</summary>
    public static DemoWorld Create(BuiltPrograms programs, Timeline timeline, TimeProvider time)
    {
        var folder = Directory.CreateTempSubdirectory("watchkeeper-demo-").FullName;

        // The VMs run as users of their own, who must get through to their folders; the server's own is closed.
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return new DemoWorld(programs, folder, timeline, time);
    }

    /// <summary>Starts the VNF manager on a free port.</summary>
    public async Task StartServerAsync(CancellationToken cancellationToken)
    {
        _server = ChildProcess.Start(
            "server",
            _programs.Server,
            [
                "--urls", "http://127.0.0.1:0",
                "--data", Data,
                $"--vim:host:folder={HostFolder}",
            ],
            Folder,
            _time);
        var address = await _server.ReadyAsync(cancellationToken);
        _api = new ServerApi(GlobalOptions.AddressOf(address), _time);
        _timeline.Tell($"the server is ready at {address} (process {_server.Pid})");
    }

    /// <summary>Starts a distributed agent, or starts it again after it was killed.</summary>
    public async Task StartAgentAsync(string name, CancellationToken cancellationToken)
    {
        var agent = ChildProcess.Start(
            name,
            _programs.Agent,
            [
                "--name", name,
                "--server", Api.Server.GetLeftPart(UriPartial.Authority),
                "--token-file", Path.Combine(Data, "agent-token"),
                "--data", Path.Combine(Folder, name),
            ],
            Folder,
            _time);
        _agents[name] = agent;
        await agent.ReadyAsync(cancellationToken);
        _timeline.Tell($"agent {name} has joined (process {agent.Pid})");
    }

    /// <summary>Kills an agent as a crash would.</summary>
    public async Task KillAgentAsync(string name)
    {
        if (_agents.Remove(name, out var agent))
        {
            await agent.KillAsync();
            await agent.DisposeAsync();
        }
    }

    /// <summary>Remembers VMs, so that none outlives the demo.</summary>
    public void Remember(IEnumerable<Vm> vms) => _vms.AddRange(vms);

    /// <summary>Lets everything live on, and says how to use it and how to end it.</summary>
    public void LeaveRunning()
    {
        _isKept = true;
        var url = Api.Server.GetLeftPart(UriPartial.Authority);
        var leaders = _agents.Values.Append(_server!).Select(process => process.Pid);
        _timeline.Tell("left running. Talk to it:");
        _timeline.Tell($"    export WK_SERVER={url}; wk status; wk vnf list; wk migrate demo --to dmona1 --watch");
        _timeline.Tell("End it:");
        _timeline.Tell($"    wk --server {url} vnf terminate demo --watch");
        _timeline.Tell($"    kill {string.Join(' ', leaders)}; rm -r {Folder}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isKept)
        {
            await EndAsync();
        }

        _api?.Dispose();
    }

    private async Task EndAsync()
    {
        if (_server is not null && _api is not null)
        {
            // Whatever the story left: most often nothing, after a failure or Ctrl-C a VNF that still runs.
            await DemoCleanUp.TerminateAllAsync(_api, _time);
        }

        foreach (var agent in _agents.Values)
        {
            await agent.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        foreach (var vm in _vms)
        {
            vm.Kill();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
