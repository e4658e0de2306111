
namespace Watchkeeper.Server.Vim.Host;

/// <summary>Makes and removes the networks of VMs with <c>ip</c>.</summary>
internal sealed class VmNetworks(Ipv4Range range, SystemTools tools, ToolRun run)
{
    private volatile bool _isRangeFree;

    /// <summary>The network of a slot.</summary>
    public VmNetwork Of(uint slot) => new(slot, range);

    /// <summary>Makes it. Its namespace has a name until <see cref="ForgetNameAsync"/>.</summary>
    public async Task MakeAsync(VmNetwork network, CancellationToken cancellationToken)
    {
        await CheckRangeAsync(cancellationToken);
        var ip = tools.PathOf("ip");
        await run.MustAsync(ip, ["-batch", "-"], network.Outside, cancellationToken);
        StopForwarding(network);
        await run.MustAsync(ip, ["-netns", network.Name, "-batch", "-"], network.Inside, cancellationToken);
    }

    /// <summary>
    /// Takes the namespace's name away, so that it ends with its last process: a named one goes on answering ping.
    /// </summary>
    public async Task ForgetNameAsync(VmNetwork network, CancellationToken cancellationToken)
    {
        if (File.Exists(network.NamePath))
        {
            await run.MustAsync(
                tools.PathOf("ip"), ["netns", "delete", network.Name], "", cancellationToken);
        }
    }

    /// <summary>Removes it, as far as it is there.</summary>
    public async Task RemoveAsync(VmNetwork network, CancellationToken cancellationToken)
    {
        await ForgetNameAsync(network, cancellationToken);
        if (IsThere(network))
        {
            var outcome = await run.RunAsync(
                tools.PathOf("ip"), ["link", "delete", "dev", network.Card], "", cancellationToken);

            // It may go by itself meanwhile, with the namespace of the process that just ended.
            if (outcome.ExitCode != 0 && IsThere(network))
            {
                throw new VimException($"The network card {network.Card} could not be removed: {outcome.Errors}");
            }
        }
    }

    private static bool IsThere(VmNetwork network) => Directory.Exists($"/sys/class/net/{network.Card}");

    // On a machine that forwards packets a VM would else reach whatever the machine reaches.
    private static void StopForwarding(VmNetwork network)
    {
        var path = $"/proc/sys/net/ipv4/conf/{network.Card}/forwarding";
        if (File.ReadAllText(path).Trim() != "0")
        {
            File.WriteAllText(path, "0");
        }
    }

    /// <summary>Refuses a range that the machine already uses for something else: our route would cut it off.</summary>
    private async Task CheckRangeAsync(CancellationToken cancellationToken)
    {
        if (_isRangeFree)
        {
            return;
        }

        var routes = await run.MustAsync(
            tools.PathOf("ip"), ["-4", "route", "show", "root", range.ToString()], "", cancellationToken);
        foreach (var line in routes.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var route = line.Trim();
            if (!route.StartsWith($"unreachable {range}", StringComparison.Ordinal)
                && !route.Contains($" dev {VmNetwork.CardPrefix}", StringComparison.Ordinal))
            {
                throw new VimException(
                    $"vim.host.addressRange {range} is in use on this machine (route '{route}'); name another.");
            }
        }

        _isRangeFree = true;
    }

}
