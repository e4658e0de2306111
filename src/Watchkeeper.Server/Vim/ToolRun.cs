using System.ComponentModel;
using System.Diagnostics;

namespace Watchkeeper.Server.Vim;

/// <summary>Runs a program of the system to its end. The one place in this folder where processes are made.</summary>
/// <remarks>Arguments go as arguments and input as input: no shell ever reads a text that we put together.</remarks>
internal sealed class ToolRun(TimeProvider time)
{
    /// <summary>How long a program may take. They take milliseconds; one that hangs must not hold an operation.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Runs it until it, and whoever inherited its output, has closed that output.</summary>
    /// <param name="program">Its absolute path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="cancellationToken">Ends the wait and the program.</param>
    /// <exception cref="VimException">It could not be started, or took too long.</exception>
    public async Task<ToolOutcome> RunAsync(
        string program, IEnumerable<string> arguments, string input, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments);
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var errors = process.StandardError.ReadToEndAsync(either.Token);
            await WriteAsync(process, input, either.Token);
            await Task.WhenAll(output, errors);
            await process.WaitForExitAsync(either.Token);
            return new ToolOutcome(process.ExitCode, await output, (await errors).Trim());
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: false);
            cancellationToken.ThrowIfCancellationRequested();
            throw new VimException($"'{program}' took longer than {Deadline.TotalSeconds} s and was ended.");
        }
    }

    /// <summary>Runs it, and wants it to succeed.</summary>
    /// <exception cref="VimException">It failed; the message has what it said.</exception>
    public async Task<string> MustAsync(
        string program, IEnumerable<string> arguments, string input, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync(program, arguments, input, cancellationToken);
        return outcome.ExitCode == 0
            ? outcome.Output
            : throw new VimException(
                $"'{program}' ended with {outcome.ExitCode}: {outcome.Errors.ReplaceLineEndings("; ")}");
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code and what it said tell why.
        }
    }

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C";
        try
        {
            return Process.Start(start) ?? throw new VimException($"'{program}' could not be started.");
        }
        catch (Win32Exception unstarted)
        {
            throw new VimException($"'{program}' could not be started: {unstarted.Message}.", unstarted);
        }
    }
}

/// <summary>What became of a program.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to its standard output.</param>
/// <param name="Errors">What it wrote to its standard error, without blanks around it.</param>
internal sealed record ToolOutcome(int ExitCode, string Output, string Errors);
