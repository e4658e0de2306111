using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Watchkeeper.Benchmarks.Fleet;

/// <summary>A server and its agents as real processes in a folder of their own, ended with the benchmark.</summary>
internal sealed partial class ProcessFleet : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);

    private readonly List<Process> _processes = [];

    private ProcessFleet(string folder) => Folder = folder;

    /// <summary>The folder with the data and the logs of all processes.</summary>
    public string Folder { get; }

    /// <summary>The server's REST address.</summary>
    public string Server { get; private set; } = "";

    /// <summary>The server's process.</summary>
    public Process ServerProcess => _processes[0];

    /// <summary>Starts a server and agents dmona1, dmona2, …, each probing from an address of its own.</summary>
    /// <param name="agents">How many agents.</param>
    /// <param name="settings">Further settings of the server.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<ProcessFleet> StartAsync(
        int agents, ImmutableArray<string> settings, CancellationToken cancellationToken)
    {
        var fleet = new ProcessFleet(Directory.CreateTempSubdirectory("watchkeeper-bench-").FullName);
        try
        {
            var data = Path.Combine(fleet.Folder, "server");
            var ready = await fleet.StartAsync(
                "Watchkeeper.Server",
                ["--urls", "http://127.0.0.1:0", "--data", data, .. settings],
                cancellationToken);
            fleet.Server = ready["ready ".Length..].Trim();
            for (var number = 1; number <= agents; number++)
            {
                await fleet.StartAsync(
                    "Watchkeeper.Agent",
                    [
                        "--name", $"dmona{number}",
                        "--server", fleet.Server,
                        "--token-file", Path.Combine(data, "agent-token"),
                        "--data", Path.Combine(fleet.Folder, $"dmona{number}"),
                        "--source-address", SourceOf(number),
                    ],
                    cancellationToken);
            }

            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address from which an agent probes.</summary>
    public static string SourceOf(int agent) => $"127.0.1.{agent}";

    /// <summary>Runs <c>wk</c> against the server; returns what it printed.</summary>
    public async Task<string> WkAsync(ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(ProgramOf("Watchkeeper.Cli", "wk"), [.. arguments, "--server", Server])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("wk did not start.");
        var printed = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? printed
            : throw new InvalidOperationException($"wk ended with {process.ExitCode}.");
    }

    /// <summary>Resident memory of the server, in MiB.</summary>
    public double ServerResidentMiB()
    {
        ServerProcess.Refresh();
        return ServerProcess.WorkingSet64 / 1048576.0;
    }

    /// <summary>CPU time of all processes so far.</summary>
    public TimeSpan CpuTime() => _processes.Aggregate(TimeSpan.Zero, (sum, process) =>
    {
        process.Refresh();
        return sum + process.TotalProcessorTime;
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            if (!process.HasExited)
            {
                _ = Kill(process.Id, SigTerm);
            }
        }

        foreach (var process in _processes)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }

            process.Dispose();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private async Task<string> StartAsync(
        string project, ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        var program = ProgramOf(project, project);
        var log = Path.Combine(Folder, $"{_processes.Count + 1}-{project}.log");

        // The log goes to a file of its own: read by this process, it would cost the time that is measured.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>\"$WK_LOG\"", program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = Folder,
        };
        start.Environment["WK_LOG"] = log;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        _processes.Add(process);
        using var patience = new CancellationTokenSource(ReadyWithin, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        while (await process.StandardOutput.ReadLineAsync(either.Token) is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException(
            $"{project} ended before it was ready: {await File.ReadAllTextAsync(log, cancellationToken)}");
    }

    private static string ProgramOf(string project, string program)
    {
        var pivot = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, pivot, program));
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
