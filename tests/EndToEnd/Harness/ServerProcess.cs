namespace EndToEnd.Harness;

/// <summary>Where a server runs and listens.</summary>
/// <param name="Host">Its address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Launcher">What starts a program there; empty: nothing is needed.</param>
internal sealed record ServerPlace(string Host, int Port, ImmutableArray<string> Launcher)
{
    /// <summary>Beside the test, on the loopback.</summary>
    public static ServerPlace Loopback() => new("127.0.0.1", FreePort.Find(), []);
}

/// <summary>A VNF manager with a data folder of its own; it can be ended and started again.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly string[] _settings;
    private readonly ServerPlace _place;
    private ChildProcess? _process;

    private ServerProcess(TemporaryFolder folder, ServerPlace place, string[] settings)
    {
        _folder = folder;
        _place = place;
        _settings = settings;
    }

    /// <summary>Its address; the same after a restart, since agents and subscribers keep it.</summary>
    public Uri Address => new($"http://{_place.Host}:{_place.Port}/");

    /// <summary>Its data folder.</summary>
    public string Data => _folder.In("server");

    /// <summary>The file with the join token of agents.</summary>
    public string TokenFile => Path.Combine(Data, "agent-token");

    /// <summary>The running process.</summary>
    public ChildProcess Process => _process ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>Starts one, and waits until it serves.</summary>
    public static Task<ServerProcess> StartAsync(TemporaryFolder folder, params string[] settings) =>
        StartAsync(folder, ServerPlace.Loopback(), settings);

    /// <summary>Starts one somewhere else, and waits until it serves.</summary>
    public static async Task<ServerProcess> StartAsync(
        TemporaryFolder folder, ServerPlace place, params string[] settings)
    {
        var server = new ServerProcess(folder, place, settings);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it, for the first time or again.</summary>
    public async Task StartAsync()
    {
        _process = StartOn(_place.Port);
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
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    private ChildProcess StartOn(int port)
    {
        string[] command =
        [
            .. _place.Launcher, Programs.Server, "--urls", $"http://{_place.Host}:{port}", "--data", Data, .. _settings,
        ];
        return ChildProcess.Start("server", command[0], _folder, command[1..]);
    }
}
