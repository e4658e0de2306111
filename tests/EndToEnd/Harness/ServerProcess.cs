namespace EndToEnd.Harness;

/// <summary>A VNF manager with a data folder of its own; it can be ended and started again.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly string[] _settings;
    private readonly int _port = FreePort.Find();
    private ChildProcess? _process;

    private ServerProcess(TemporaryFolder folder, string[] settings)
    {
        _folder = folder;
        _settings = settings;
    }

    /// <summary>Its address; the same after a restart, since agents and subscribers keep it.</summary>
    public Uri Address => new($"http://127.0.0.1:{_port}/");

    /// <summary>Its data folder.</summary>
    public string Data => _folder.In("server");

    /// <summary>The file with the join token of agents.</summary>
    public string TokenFile => Path.Combine(Data, "agent-token");

    /// <summary>The running process.</summary>
    public ChildProcess Process => _process ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>Starts one, and waits until it serves.</summary>
    public static async Task<ServerProcess> StartAsync(TemporaryFolder folder, params string[] settings)
    {
        var server = new ServerProcess(folder, settings);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it, for the first time or again.</summary>
    public async Task StartAsync()
    {
        _process = StartOn(_port);
        (await _process.ReadyAsync()).TrimEnd('/').ShouldBe(Address.AbsoluteUri.TrimEnd('/'));
    }

    /// <summary>Starts another server on the same data folder; it is not waited for.</summary>
    public ChildProcess StartSecond() => StartOn(FreePort.Find());

    /// <summary>Ends it in order, and waits for its end.</summary>
    public async Task StopAsync()
    {
        Process.SendTerminate();
        (await Process.ExitedAsync()).ShouldBe(0);
        await Process.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    private ChildProcess StartOn(int port) => ChildProcess.Start(
        "server",
        Programs.Server,
        _folder,
        ["--urls", $"http://127.0.0.1:{port}", "--data", Data, .. _settings]);
}
