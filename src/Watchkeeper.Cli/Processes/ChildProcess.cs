using System.Diagnostics;

namespace Watchkeeper.Cli.Processes;

/// <summary>A process in a group of its own that logs to files, so that it needs nothing of wk while it runs.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(10);

    // The first two arguments are the files, the rest is the program.
    private const string Redirect = """
        o=$1; l=$2; shift 2; exec "$@" </dev/null >>"$o" 2>>"$l"
        """;

    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly string _output;
    private readonly string _log;

    private ChildProcess(string name, Process process, string output, string log, TimeProvider time)
    {
        Name = name;
        Pid = process.Id;
        _process = process;
        _time = time;
        _output = output;
        _log = log;
    }

    /// <summary>What it is called in messages and log files.</summary>
    public string Name { get; }

    /// <summary>Its number, which is its group's too.</summary>
    public int Pid { get; }

    /// <summary>Starts a program; its standard output and error go to files in the folder.</summary>
    public static ChildProcess Start(
        string name, string program, IEnumerable<string> arguments, string logFolder, TimeProvider time)
    {
        var output = Path.Combine(logFolder, name + ".out");
        var log = Path.Combine(logFolder, name + ".log");

        // The ready line of an earlier run of the same name is not this one's.
        File.Delete(output);

        // setsid and the shell both exec: the number stays that of the program. The shell redirects to files,
        // where .NET could only redirect to pipes that die with wk.
        var start = new ProcessStartInfo("setsid") { UseShellExecute = false, WorkingDirectory = logFolder };
        foreach (var argument in (string[])["/bin/sh", "-c", Redirect, "sh", output, log, program])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            var process = Process.Start(start) ?? throw new WkException($"{name} did not start.");
            return new ChildProcess(name, process, output, log, time);
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new WkException($"Can't start {name}: {failure.Message}", failure);
        }
    }

    /// <summary>What follows <c>ready </c> on its standard output, as soon as it says so.</summary>
    public async Task<string> ReadyAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            if (ReadyLine() is { } ready)
            {
                return ready;
            }

            if (_process.HasExited)
            {
                throw new WkException($"{Name} ended with exit code {_process.ExitCode}: {LastWords()}");
            }

            if (_time.GetElapsedTime(began) > StartTimeout)
            {
                throw new WkException($"{Name} was not ready within {StartTimeout.TotalSeconds} s: {LastWords()}");
            }

            await Task.Delay(Beat, _time, cancellationToken);
        }
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        Signal.KillGroup(Pid);
        await ExitedAsync(EndTimeout);
    }

    /// <summary>Asks it to end, and ends it if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal.TerminateGroup(Pid);
            if (!await ExitedAsync(EndTimeout))
            {
                await KillAsync();
            }
        }

        _process.Dispose();
    }

    private async Task<bool> ExitedAsync(TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience, _time);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private string? ReadyLine() => Lines(_output)
        .Where(line => line.StartsWith("ready ", StringComparison.Ordinal))
        .Select(line => line["ready ".Length..].Trim())
        .FirstOrDefault();

    private string LastWords() => Lines(_log).Concat(Lines(_output)).LastOrDefault(line => line.Length > 0)
        ?? "it said nothing";

    private static List<string> Lines(string path)
    {
        try
        {
            // Of a file that is still being written only whole lines count.
            var text = File.ReadAllText(path);
            return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n')];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
