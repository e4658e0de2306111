using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EndToEnd.Harness;

/// <summary>A process in a group of its own, ended by its own number; its log is shown when a test fails.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int Continue = 18;
    private const int Stop = 19;
    private const int ShownLogCharacters = 20_000;

    private readonly Process _process;
    private readonly string _name;
    private readonly string _log;
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDisposed;

    private ChildProcess(string name, Process process, string log)
    {
        _name = name;
        _process = process;
        _log = log;
    }

    /// <summary>Its number, and its group's.</summary>
    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>What it wrote to standard error so far.</summary>
    public string Log => File.Exists(_log) ? File.ReadAllText(_log) : "";

    /// <summary>Starts a program; standard error goes to a file in the folder.</summary>
    public static ChildProcess Start(string name, string program, TemporaryFolder folder, params string[] arguments)
    {
        var log = folder.In($"{name}-{Path.GetRandomFileName()}.log");
        var start = new ProcessStartInfo("setsid")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = folder.Path,
        };
        foreach (var argument in (string[])
            ["/bin/sh", "-c", "l=$1; shift; exec \"$@\" </dev/null 2>>\"$l\"", "sh", log, program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        var child = new ChildProcess(name, Process.Start(start) ?? throw new InvalidOperationException(name), log);
        child._process.OutputDataReceived += (_, line) => child.Take(line.Data);
        child._process.BeginOutputReadLine();
        return child;
    }

    /// <summary>What follows <c>ready </c> on its standard output.</summary>
    public async Task<string> ReadyAsync()
    {
        var first = await Task.WhenAny(_ready.Task, _process.WaitForExitAsync(TestContext.Current.CancellationToken))
            .WaitAsync(Patience.Limit, TimeProvider.System, TestContext.Current.CancellationToken);
        return first == _ready.Task
            ? await _ready.Task
            : throw new InvalidOperationException($"{_name} ended with {ExitCode} before it was ready: {Log}");
    }

    /// <summary>Its exit code, when it ends by itself.</summary>
    public async Task<int> ExitedAsync(TimeSpan? limit = null)
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken)
            .WithinAsync(limit ?? Patience.Limit, $"the end of {_name}");
        return _process.ExitCode;
    }

    public void SendTerminate() => Send(Terminate);

    public void SendInterrupt() => Send(Interrupt);

    /// <summary>Stops it where it is; it knows nothing of it.</summary>
    public void SendStop() => Send(Stop);

    /// <summary>Lets it go on.</summary>
    public void SendContinue() => Send(Continue);

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        Send(Kill);
        await ExitedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // A test that fails between an end and the next start leaves it to be ended once more, and must fail with what
        // it demanded.
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            // One that is stopped takes no other signal until it goes on.
            Send(Terminate);
            Send(Continue);
            try
            {
                await _process.WaitForExitAsync(CancellationToken.None)
                    .WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System, CancellationToken.None);
            }
            catch (TimeoutException)
            {
                Send(Kill);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        AttachLogWhenFailed();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is not null && line.StartsWith("ready ", StringComparison.Ordinal))
        {
            _ready.TrySetResult(line["ready ".Length..].Trim());
        }
    }

    private void AttachLogWhenFailed()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            var log = Log;
            log = log.Length > ShownLogCharacters ? log[^ShownLogCharacters..] : log;
            TestContext.Current.TestOutputHelper?.WriteLine($"---- {_name} {Pid}\n{log}");
        }
    }

    /// <summary>Kills a process that was started for a test by somebody else, with its group.</summary>
    public static void KillGroup(int pid) => _ = SendNative(-pid, Kill);

    // The group: a shell or a child of the process must not outlive it either.
    private void Send(int signal) => _ = SendNative(-Pid, signal);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendNative(int pid, int signal);
}
