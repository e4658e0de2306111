using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Server.Vim.Host;

/// <summary>Runs VMs as groups of processes on the server's own machine.</summary>
/// <remarks>
/// What a VM has follows from its slot: address, user, network card. The truth is its folder (<c>vm.json</c>) and the
/// kernel; this class remembers nothing, so a server that was killed finds its VMs again, and half-made ones are
/// cleared away.
/// </remarks>
internal sealed partial class HostVim : IVim, IDisposable
{
    /// <summary>The <c>vimType</c>.</summary>
    public const string KindName = "HOST";

    private readonly HostVimOptions _options;
    private readonly HostPrivileges _privileges;
    private readonly SystemTools _tools;
    private readonly ToolRun _run;
    private readonly ILogger<HostVim> _logger;
    private readonly VmCommand _command;
    private readonly VmNetworks _networks;
    private readonly VmProcesses _processes;
    private readonly SlotClaims _claims;
    private readonly VnfcLocks _locks;

    /// <summary>Makes VMs within these limits.</summary>
    public HostVim(
        HostVimOptions options, HostPrivileges privileges, SystemTools tools, ToolRun run, TimeProvider time,
        ILogger<HostVim> logger)
    {
        _options = options;
        _privileges = privileges;
        _tools = tools;
        _run = run;
        _logger = logger;
        _command = new VmCommand(options, tools);
        _networks = new VmNetworks(options.AddressRange, tools, run);
        _processes = new VmProcesses(options, privileges, tools, run, time);
        _claims = new SlotClaims(
            options.ClaimFolder ?? SlotClaims.UsualFolder(privileges), SlotsOf(options, privileges), time);
        _locks = new VnfcLocks(options.MostAtOnce);
    }

    /// <inheritdoc />
    public string Kind => KindName;

    /// <inheritdoc />
    public string? Objection(VmRequest request)
    {
        if (_privileges.Lack is { } lack)
        {
            return $"HOST can't confine VMs here: {lack}. Run the server as an ordinary user, or with what it lacks.";
        }

        if (!_privileges.AreRoot && request.NeedsIcmp)
        {
            return $"VDU {request.VduId} has an ICMP KPI, which HOST serves only as root: without root a VM has a "
                + "loopback address, and the kernel answers its ping also when the VM is dead. Use a TCP or HTTP KPI.";
        }

        var wanted = _privileges.AreRoot ? VmCommand.Tools.AddRange(VmCommand.RootTools) : VmCommand.Tools;
        var missing = wanted.Where(tool => _tools.Find(tool) is null).ToArray();
        if (missing.Length > 0)
        {
            return $"HOST wants programs that are not installed here: {string.Join(", ", missing)} "
                + "(packages iproute2, util-linux, mount, coreutils).";
        }

        return BarredFolder() ?? (VmCommand.Objection(request.Environment) is { } bad
            ? $"VDU {request.VduId}: {bad}"
            : null);
    }

    /// <inheritdoc />
    public Task<VimVm> CreateAsync(VmRequest request, CancellationToken cancellationToken) =>
        _locks.InTurnAsync(request.Vnfc, token => FindOrMakeAsync(request, token), cancellationToken);

    /// <inheritdoc />
    public Task DeleteAsync(VnfcId vnfc, string resourceId, CancellationToken cancellationToken) =>
        _locks.InTurnAsync(
            vnfc,
            async token =>
            {
                await ClearAsync(vnfc, new VmFolder(_options.Folder, vnfc), token);
                return true;
            },
            cancellationToken);

    /// <inheritdoc />
    /// <remarks>A long wait takes no place from others: the VM is asked, and removed when it has ended.</remarks>
    public async Task DeleteAsync(
        VnfcId vnfc, string resourceId, VimOperation operation, CancellationToken cancellationToken)
    {
        if (operation.Grace is { } grace
            && grace > _options.Grace
            && Find(vnfc) is { Slot: { } slot, Process: { } process })
        {
            await _processes.AskToEndAsync(
                process, UserOf(slot), new VmFolder(_options.Folder, vnfc), grace, cancellationToken);
        }

        await DeleteAsync(vnfc, resourceId, cancellationToken);
    }

    /// <summary>What is known of a VM that runs; null when it does not.</summary>
    public VmRecord? Find(VnfcId vnfc) =>
        new VmFolder(_options.Folder, vnfc).Read() is { Process: { } process } record
        && ProcessTable.IsAlive(process)
            ? record
            : null;

    /// <inheritdoc />
    public void Dispose()
    {
        _claims.Dispose();
        _locks.Dispose();
    }

    private static uint SlotsOf(HostVimOptions options, HostPrivileges privileges) => Math.Min(
        HostVimOptions.MostSlots,
        privileges.AreRoot
            ? options.AddressRange.Count / VmNetwork.AddressesPerSlot
            : options.AddressRange.Count - 2);

    private async Task<VimVm> FindOrMakeAsync(VmRequest request, CancellationToken cancellationToken)
    {
        if (Objection(request) is { } objection)
        {
            throw new VimException(objection);
        }

        var folder = new VmFolder(_options.Folder, request.Vnfc);
        if (Find(request.Vnfc) is { Slot: { } slot, Address: { } address, Process: { } process })
        {
            // The last manager may have died between the record and this.
            await ForgetNameAsync(slot, cancellationToken);
            LogAdopted(request.Vnfc, address, process.Pid);
            return new VimVm(request.Vnfc.ToString(), address);
        }

        var image = HostImage.Check(request);
        try
        {
            await ClearAsync(request.Vnfc, folder, cancellationToken);
            return await MakeAsync(request, image, folder, cancellationToken);
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            throw new VimException($"The VM of VDU {request.VduId} could not be made: {world.Message}", world);
        }
    }

    private async Task<VimVm> MakeAsync(
        VmRequest request, string image, VmFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            var record = folder.Begin();
            var slot = await _claims.ClaimAsync(folder.Path, cancellationToken);
            var network = _networks.Of(slot);
            record = record with
            {
                Slot = slot,
                Address = _privileges.AreRoot ? network.Address : _options.AddressRange.At(slot + 1),
            };
            folder.Write(record);
            var user = UserOf(slot);
            await folder.FurnishAsync(image, user, cancellationToken);
            if (user is not null)
            {
                // The slot's last VM may have lost its folder, and with it everybody who would have ended it.
                await _processes.EndAsync(null, user, folder, cancellationToken);
                await _networks.RemoveAsync(network, cancellationToken);
                await _networks.MakeAsync(network, cancellationToken);
            }

            var line = user is { } own
                ? _command.Confined(request, folder, network, own)
                : _command.Plain(request, folder, record.Address);
            record = record with { Process = await _processes.StartAsync(_command, line, folder, cancellationToken) };
            folder.Write(record);
            await ForgetNameAsync(slot, cancellationToken);
            LogStarted(request.Vnfc, record.Address, record.Process.Pid, user);
            return new VimVm(request.Vnfc.ToString(), record.Address);
        }
        catch (Exception failed) when (failed is VimException or IOException or UnauthorizedAccessException)
        {
            await ClearAsync(request.Vnfc, folder, cancellationToken);
            throw;
        }
    }

    /// <summary>Removes whatever there is of a VM, also of one that was only half made.</summary>
    private async Task ClearAsync(VnfcId vnfc, VmFolder folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder.Path))
        {
            return;
        }

        var record = folder.Read();
        var slot = record?.Slot ?? _claims.SlotOf(folder.Path);
        if (slot is { } claimed && _claims.Has(claimed, folder.Path))
        {
            await _processes.EndAsync(record?.Process, UserOf(claimed), folder, cancellationToken);
            if (_privileges.AreRoot)
            {
                await _networks.RemoveAsync(_networks.Of(claimed), cancellationToken);
            }
        }

        // A VM whose slot is not claimed for it is of an earlier boot, and nothing but its folder is left. Without
        // root its processes are known by their HOME alone, so that looking for them is right either way.
        else if (!_privileges.AreRoot)
        {
            await _processes.EndAsync(record?.Process, null, folder, cancellationToken);
        }

        await RemoveAsync(folder, cancellationToken);
        if (slot is { } free)
        {
            _claims.Release(free, folder.Path);
        }

        LogRemoved(vnfc);
    }

    /// <summary>
    /// Removes all of a VM's folder, however deep it has nested: by path names .NET could not. Links in it are removed,
    /// not followed.
    /// </summary>
    private Task<string> RemoveAsync(VmFolder folder, CancellationToken cancellationToken) => _run.MustAsync(
        _tools.PathOf("rm"), ["-rf", "--one-file-system", "--", folder.Path], "", cancellationToken);

    private uint? UserOf(uint slot) => _privileges.AreRoot ? HostVimOptions.FirstUser + slot : null;

    private Task ForgetNameAsync(uint slot, CancellationToken cancellationToken) => _privileges.AreRoot
        ? _networks.ForgetNameAsync(_networks.Of(slot), cancellationToken)
        : Task.CompletedTask;

    /// <summary>Why the users of VMs could not enter their folders; null when they can.</summary>
    private string? BarredFolder()
    {
        if (!_privileges.AreRoot)
        {
            return null;
        }

        for (var folder = new DirectoryInfo(_options.Folder); folder is not null; folder = folder.Parent)
        {
            if (folder.Exists && !folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return $"vim.host.folder {_options.Folder} is of no use: VMs run as users of their own, "
                    + $"who may not enter {folder.FullName}.";
            }
        }

        return null;
    }

    [LoggerMessage(LogLevel.Information, "Started VM {Vnfc} at {Address} as process {Pid} of user {User}")]
    private partial void LogStarted(VnfcId vnfc, string address, int pid, uint? user);

    [LoggerMessage(LogLevel.Information, "Found VM {Vnfc} at {Address} running as process {Pid}")]
    private partial void LogAdopted(VnfcId vnfc, string address, int pid);

    [LoggerMessage(LogLevel.Information, "Removed VM {Vnfc}")]
    private partial void LogRemoved(VnfcId vnfc);
}
