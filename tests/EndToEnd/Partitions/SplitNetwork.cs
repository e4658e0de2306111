using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using EndToEnd.Harness;

namespace EndToEnd.Partitions;

/// <summary>
/// Two network namespaces of our own: one with the server and the VMs, one with an agent. Two links join them, one for
/// the agent's talk with the server and one for its probes; each can be cut alone.
/// </summary>
/// <remarks>
/// Both begin with an unreachable default route, so that no packet leaves them. A third link leads from the test to the
/// server. The simulated VMs have loopback addresses of the server's namespace, which the agent's is allowed to route.
/// All of it goes with the namespaces.
/// </remarks>
internal sealed class SplitNetwork : IAsyncDisposable
{
    private const int Port = 8250;
    private const string VmRange = "127.64.0.0/10";

    private readonly string _id;
    private readonly string _net;

    private SplitNetwork(string id, int number)
    {
        _id = id;
        _net = $"198.18.{number}";
    }

    /// <summary>The namespace of the server and the VMs.</summary>
    public string ServerSide => $"wkt-{_id}-s";

    /// <summary>The namespace of the agent.</summary>
    public string AgentSide => $"wkt-{_id}-a";

    /// <summary>Where the server runs.</summary>
    public ServerPlace Server => new($"{_net}.2", Port, ["ip", "netns", "exec", ServerSide]);

    /// <summary>Where the agent's probes come from.</summary>
    public string ProbeSource => $"{_net}.10";

    /// <summary>Makes the network; a test that may not is skipped, with the reason.</summary>
    public static async Task<SplitNetwork> MakeAsync()
    {
        Needs.Root("make network namespaces");
        Needs.Tool("ip", "iproute2");
        Needs.Tool("nft", "nftables");
        var random = RandomNumberGenerator.GetInt32(0, 1 << 24);
        var network = new SplitNetwork(
            random.ToString("x6", CultureInfo.InvariantCulture), RandomNumberGenerator.GetInt32(0, 256));
        try
        {
            await network.BuildAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Cuts, or mends, the link between the agent and the server.</summary>
    public Task LinkToServerAsync(bool isUp) => IpAsync($"-n {ServerSide} link set s0 {(isUp ? "up" : "down")}");

    /// <summary>Cuts, or mends, the link between the agent and the VMs.</summary>
    public Task LinkToVmsAsync(bool isUp) => IpAsync($"-n {ServerSide} link set v0 {(isUp ? "up" : "down")}");

    /// <summary>Probes that have reached the VMs' side so far: of the agent, and of anybody else.</summary>
    public async Task<(long OfAgent, long OfOthers)> ProbesAsync() =>
        (await CountAsync("agent"), await CountAsync("others"));

    public async ValueTask DisposeAsync()
    {
        foreach (var side in (string[])[AgentSide, ServerSide])
        {
            if (File.Exists($"/run/netns/{side}"))
            {
                await IpAsync($"netns delete {side}");
            }
        }
    }

    private async Task BuildAsync()
    {
        foreach (var side in (string[])[ServerSide, AgentSide])
        {
            await IpAsync($"netns add {side}");
            await IpAsync($"-n {side} route add unreachable default metric 4278198272");
        }

        await IpAsync($"-n {ServerSide} link set lo up");
        await IpAsync($"link add wkt{_id} type veth peer name r0 netns {ServerSide}");
        await IpAsync($"addr add {_net}.1/30 dev wkt{_id}");
        await IpAsync($"link set wkt{_id} up");
        await AddressAsync(ServerSide, "r0", 2);
        await JoinAsync("s0", 5, 6);
        await JoinAsync("v0", 9, 10);
        await IpAsync($"-n {AgentSide} route add {_net}.2/32 via {_net}.5 dev s0");
        foreach (var side in (string[])[ServerSide, AgentSide])
        {
            await RunAsync(
                "ip", "netns", "exec", side, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/v0/route_localnet");
        }

        await IpAsync($"-n {AgentSide} route add {VmRange} via {_net}.9 dev v0");
        await RunAsync("ip", "netns", "exec", ServerSide, "nft", $$"""
            table ip witness {
                counter agent { }
                counter others { }
                chain input {
                    type filter hook input priority 0;
                    icmp type echo-request ip saddr {{ProbeSource}} counter name agent
                    icmp type echo-request ip saddr != {{ProbeSource}} counter name others
                }
            }
            """);
    }

    private async Task JoinAsync(string link, int serverEnd, int agentEnd)
    {
        await IpAsync($"link add {link} netns {ServerSide} type veth peer name {link} netns {AgentSide}");
        await AddressAsync(ServerSide, link, serverEnd);
        await AddressAsync(AgentSide, link, agentEnd);
    }

    private async Task AddressAsync(string side, string link, int number)
    {
        await IpAsync($"-n {side} addr add {_net}.{number}/30 dev {link}");
        await IpAsync($"-n {side} link set {link} up");
    }

    private async Task<long> CountAsync(string counter)
    {
        var text = await RunAsync(
            "ip", "netns", "exec", ServerSide, "nft", "list", "counter", "ip", "witness", counter);
        var words = text.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(words[Array.IndexOf(words, "packets") + 1], CultureInfo.InvariantCulture);
    }

    private static Task<string> IpAsync(string arguments) => RunAsync("ip", arguments.Split(' '));

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None).WithinLimitAsync(program);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await errors}");
    }
}
