using System.Net.NetworkInformation;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Vim;
using Watchkeeper.Server.Vim.Host;

namespace Server.Tests.Vim.Host;

/// <summary>A folder of this machine in which servers may run VMs; afterwards nothing is left of them.</summary>
internal sealed class HostLab : IAsyncDisposable
{
    public const string Sleeper = "#!/bin/sh\nexec sleep 1000\n";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly List<(HostVim Vim, VnfcId Vnfc)> _made = [];
    private readonly List<HostVim> _servers = [];

    public HostLab(HostPrivileges privileges, Func<HostVimOptions, HostVimOptions>? change = null)
    {
        Privileges = privileges;
        Folder = Directory.CreateTempSubdirectory("wk vim ").FullName;
        LinuxCalls.SetMode(Folder, (UnixFileMode)0b111_001_001);
        Ipv4Range.TryRead(
            privileges.AreRoot ? VimOptions.DefaultPrivateRange : VimOptions.DefaultLoopbackRange, out var range);
        var options = new HostVimOptions { AddressRange = range, Folder = Path.Combine(Folder, "vms") };
        Options = change?.Invoke(options) ?? options;
    }

    public HostPrivileges Privileges { get; }

    public string Folder { get; }

    public HostVimOptions Options { get; }

    public ToolRun Run { get; } = new(TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A lab of root's; without root the test is skipped with the reason.</summary>
    public static HostLab OfRoot(Func<HostVimOptions, HostVimOptions>? change = null)
    {
        var privileges = HostPrivileges.OfThisProcess();
        Assert.SkipUnless(privileges.AreRoot, "Not run: it wants root, to make network namespaces.");
        Assert.SkipUnless(privileges.Lack is null, $"Not run: {privileges.Lack}.");
        var lab = new HostLab(privileges, change);
        var objection = lab.Server().Objection(Request(""));
        Assert.SkipUnless(objection is null, $"Not run: {objection}");
        return lab;
    }

    /// <summary>A lab in which VMs run as the server's own user, whoever that is.</summary>
    public static HostLab OfOrdinaryUser(Func<HostVimOptions, HostVimOptions>? change = null) =>
        new(HostPrivileges.OrdinaryUser, change);

    /// <summary>A server, as after a start.</summary>
    public HostVim Server(HostVimOptions? options = null)
    {
        var server = new HostVim(
            options ?? Options, Privileges, new SystemTools(), Run, TimeProvider.System, NullLogger<HostVim>.Instance);
        _servers.Add(server);
        return server;
    }

    public string Image(string text)
    {
        var path = Path.Combine(Folder, $"image {_made.Count}");
        File.WriteAllText(path, text);
        return path;
    }

    public static VnfcId NewVnfc() => new(new Guid(RandomNumberGenerator.GetBytes(16)));

    public static VmRequest Request(
        string? image, VnfcId? vnfc = null, params (string Name, string Value)[] settings) =>
        new(vnfc ?? NewVnfc(), new VnfInstanceId(Guid.Empty), "vdu1", image, 1, 256 << 20,
            settings.ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal),
            NeedsIcmp: false, Simulate: null);

    public async Task<VimVm> CreateAsync(HostVim server, VmRequest request)
    {
        _made.Add((server, request.Vnfc));
        return await server.CreateAsync(request, Cancellation);
    }

    public VmRecord RecordOf(VnfcId vnfc) => new VmFolder(Options.Folder, vnfc).Read().ShouldNotBeNull();

    public async Task<string> LogAsync(VnfcId vnfc) =>
        await File.ReadAllTextAsync(new VmFolder(Options.Folder, vnfc).Log, Cancellation);

    public static string StatusOf(int pid, string label) =>
        ProcessTable.FieldOf(File.ReadAllText($"/proc/{pid}/status"), label).ShouldNotBeNull();

    public static async Task<bool> AnswersAsync(string address)
    {
        using var ping = new Ping();
        try
        {
            return (await ping.SendPingAsync(address, 300)).Status == IPStatus.Success;
        }
        catch (PingException)
        {
            return false;
        }
    }

    /// <summary>Waits for something that another process does.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> holds, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            (TimeProvider.System.GetElapsedTime(start) < Patience).ShouldBeTrue($"Not within {Patience}: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
        }
    }

    public static Task EventuallyAsync(Func<bool> holds, string what) =>
        EventuallyAsync(() => Task.FromResult(holds()), what);

    public async ValueTask DisposeAsync()
    {
        foreach (var (vim, vnfc) in _made)
        {
            await vim.DeleteAsync(vnfc, "", CancellationToken.None);
        }

        foreach (var server in _servers)
        {
            server.Dispose();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
