using System.Globalization;

namespace Watchkeeper.Server.Vim.Host;

/// <summary>Starts the processes of VMs, and ends them.</summary>
internal sealed class VmProcesses(
    HostVimOptions options, HostPrivileges privileges, SystemTools tools, ToolRun run, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(5);

    /// <summary>Starts the image, and returns who runs it.</summary>
    /// <exception cref="VimException">It did not start, or ended at once.</exception>
    public async Task<ProcessIdentity> StartAsync(
        VmCommand command, ImmutableArray<string> line, VmFolder folder, CancellationToken cancellationToken)
    {
        // Ends when all the programs of the line have let go of its pipes: the last one does so just before the
        // image.
        var outcome = await run.RunAsync(line[0], line[1..], "", cancellationToken);
        if (outcome.ExitCode != 0
            || outcome.Errors.Length > 0
            || !int.TryParse(outcome.Output.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
        {
            throw new VimException(
                $"The VM could not be confined and started (exit code {outcome.ExitCode}): "
                + outcome.Errors.ReplaceLineEndings("; "));
        }

        var start = time.GetTimestamp();
        while (ProcessTable.CommandOf(pid) is { } now && !command.HasBecomeImage(now))
        {
            if (time.GetElapsedTime(start) > StartDeadline)
            {
                throw new VimException($"The VM's program did not start within {StartDeadline.TotalSeconds} s.");
            }

            await Task.Delay(Look, time, cancellationToken);
        }

        return ProcessTable.IdentityOf(pid)
            ?? throw new VimException($"The VM's program ended at once; it said: {folder.LastWords()}");
    }

    /// <summary>Ends the VM's group: asks, waits, then kills it, and whatever else of the VM still lives.</summary>
    /// <param name="identity">Its main process; null when it is not known.</param>
    /// <param name="user">The VM's own user; null when it has none.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="VimException">Something would not die.</exception>
    public async Task EndAsync(
        ProcessIdentity? identity, uint? user, VmFolder folder, CancellationToken cancellationToken)
    {
        if (identity is not null && ProcessTable.IsAlive(identity))
        {
            await AskToEndAsync(identity, user, folder, options.Grace, cancellationToken);
            if (ProcessTable.IsAlive(identity))
            {
                _ = LinuxCalls.Kill(-identity.Pid, LinuxCalls.SigKill);
            }
        }

        if (!await GoneAsync(() => KillRest(user, folder), options.KillDeadline, cancellationToken)
            && !await KillUserAsync(user, folder, cancellationToken))
        {
            throw new VimException($"Processes of the VM outlived SIGKILL by {options.KillDeadline.TotalSeconds} s.");
        }
    }

    /// <summary>Asks the VM's group to end, and waits for it as long as it may take.</summary>
    public async Task AskToEndAsync(
        ProcessIdentity identity, uint? user, VmFolder folder, TimeSpan grace, CancellationToken cancellationToken)
    {
        // Asking a VM of which nobody listens would only cost the grace: the first process of a namespace ignores what
        // it has no handler for, and elsewhere the signal kills just like SIGKILL.
        if (Rest(user, folder).Any(pid => ProcessTable.Catches(pid, LinuxCalls.SigTerm)))
        {
            _ = LinuxCalls.Kill(-identity.Pid, LinuxCalls.SigTerm);
            await GoneAsync(() => Rest(user, folder).IsEmpty, grace, cancellationToken);
        }
    }

    private static ImmutableArray<int> Rest(uint? user, VmFolder folder) => user is { } own
        ? ProcessTable.OfUser(own)
        : ProcessTable.WithSetting(VmCommand.SettingOf(folder));

    private static bool KillRest(uint? user, VmFolder folder)
    {
        var rest = Rest(user, folder);
        foreach (var pid in rest)
        {
            _ = LinuxCalls.Kill(pid, LinuxCalls.SigKill);
        }

        return rest.IsEmpty;
    }

    /// <summary>Kills all of a user in one act of the kernel, which even a bomb of forks can't outrun.</summary>
    private async Task<bool> KillUserAsync(uint? user, VmFolder folder, CancellationToken cancellationToken)
    {
        if (user is not { } own || !privileges.AreRoot)
        {
            return false;
        }

        var id = own.ToString(CultureInfo.InvariantCulture);
        string[] kill =
        [
            "--reuid", id, "--regid", id, "--clear-groups", "--", tools.PathOf("sh"), "-c", "kill -KILL -1",
        ];
        await run.RunAsync(tools.PathOf("setpriv"), kill, "", cancellationToken);
        return await GoneAsync(() => Rest(user, folder).IsEmpty, options.KillDeadline, cancellationToken);
    }

    private async Task<bool> GoneAsync(Func<bool> isGone, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (!isGone())
        {
            var waited = time.GetElapsedTime(start);
            if (waited > limit)
            {
                return false;
            }

            // Each look reads the whole table of processes: who takes long is looked at less often.
            var pause = waited / 10;
            await Task.Delay(pause < Look ? Look : pause > LongestLook ? LongestLook : pause, time, cancellationToken);
        }

        return true;
    }
}
