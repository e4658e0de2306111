using Watchkeeper.Server.Vim.Host;

namespace Watchkeeper.Server.Vim;

/// <summary>The configuration keys below <c>vim</c>, read and checked.</summary>
internal sealed record VimOptions
{
    /// <summary>The range of SIMULATOR when none is configured.</summary>
    public const string DefaultSimulatorRange = "127.64.0.0/10";

    /// <summary>The range of HOST without root when none is configured.</summary>
    public const string DefaultLoopbackRange = "127.77.0.0/16";

    /// <summary>The range of HOST with root when none is configured.</summary>
    public const string DefaultPrivateRange = "10.254.0.0/16";

    /// <summary>The kind of VIM when a client names none (<c>vim.default</c>).</summary>
    public required string Default { get; init; }

    /// <summary>Where SIMULATOR takes addresses from (<c>vim.simulator.addressRange</c>).</summary>
    public required Ipv4Range SimulatorRange { get; init; }

    /// <summary>Addresses in that range that SIMULATOR leaves alone, because HOST gives them.</summary>
    public required Ipv4Range? SimulatorSkips { get; init; }

    /// <summary>Where SIMULATOR keeps its records.</summary>
    public required string SimulatorFolder { get; init; }

    /// <summary>What HOST is to do.</summary>
    public required HostVimOptions Host { get; init; }

    /// <summary>Reads the keys.</summary>
    /// <exception cref="InvalidDataException">A value is wrong; the message is one line that names its key.</exception>
    public static VimOptions Read(IConfiguration configuration, string dataFolder, HostPrivileges privileges)
    {
        var kind = configuration["vim:default"] ?? HostVim.KindName;
        if (kind is not (HostVim.KindName or Simulator.SimulatorVim.KindName))
        {
            throw new InvalidDataException(
                $"vim.default: '{kind}' is no kind of VIM; HOST and SIMULATOR are.");
        }

        var simulator = Range(configuration, "simulator", DefaultSimulatorRange);
        if (!simulator.IsLoopback)
        {
            throw new InvalidDataException(
                $"vim.simulator.addressRange: {simulator} is not within 127.0.0.0/8, where the kernel answers.");
        }

        var host = HostRange(configuration, privileges);
        return new VimOptions
        {
            Default = kind,
            SimulatorRange = simulator,
            SimulatorSkips = SkipOf(simulator, host),
            SimulatorFolder = Path.GetFullPath(Path.Combine(dataFolder, "simulator")),
            Host = new HostVimOptions
            {
                AddressRange = host,
                Folder = FolderOf(configuration, dataFolder, privileges),
            },
        };
    }

    private static Ipv4Range HostRange(IConfiguration configuration, HostPrivileges privileges)
    {
        var range = Range(
            configuration, "host", privileges.AreRoot ? DefaultPrivateRange : DefaultLoopbackRange);
        if (privileges.AreRoot && range.TouchesLoopback)
        {
            throw new InvalidDataException(
                $"vim.host.addressRange: {range} is loopback, which can't be routed to the network namespaces "
                + "that root gives its VMs; name a private range.");
        }

        if (!privileges.AreRoot && !range.IsLoopback)
        {
            throw new InvalidDataException(
                $"vim.host.addressRange: {range} is not within 127.0.0.0/8; without root there is nothing else.");
        }

        return range;
    }

    private static Ipv4Range? SkipOf(Ipv4Range simulator, Ipv4Range host)
    {
        // HOST's loopback range is left alone also when this server has another one: a server without root may run beside it.
        Ipv4Range.TryRead(DefaultLoopbackRange, out var usual);
        var taken = host.IsLoopback ? host : usual;
        if (!simulator.Overlaps(taken))
        {
            return null;
        }

        if (simulator.PrefixLength < taken.PrefixLength)
        {
            return taken;
        }

        return host.IsLoopback
            ? throw new InvalidDataException(
                $"vim.simulator.addressRange: {simulator} lies within {host}, which is vim.host.addressRange.")
            : null;
    }

    private static string FolderOf(IConfiguration configuration, string dataFolder, HostPrivileges privileges)
    {
        var folder = configuration["vim:host:folder"];
        if (folder is not null && (string.IsNullOrWhiteSpace(folder) || folder.Contains('\0')))
        {
            throw new InvalidDataException("vim.host.folder: the name of a folder is wanted.");
        }

        return Path.GetFullPath(folder ?? (privileges.AreRoot
            ? HostVimOptions.DefaultRootFolder
            : Path.Combine(dataFolder, "vms")));
    }

    private static Ipv4Range Range(IConfiguration configuration, string kind, string usual)
    {
        var text = configuration[$"vim:{kind}:addressRange"] ?? usual;
        return Ipv4Range.TryRead(text, out var range)
            ? range
            : throw new InvalidDataException(
                $"vim.{kind}.addressRange: '{text}' is no IPv4 range; wanted is the form 127.77.0.0/16, "
                + "a prefix of 8 to 30 bits with nothing behind it.");
    }
}
