using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Monitoring.Protocol.Grpc;
using Watchkeeper.Monitoring.Schedule;

namespace Watchkeeper.Agent;

/// <summary>The D-MONA's process: one engine, one uplink.</summary>
internal static class AgentHost
{
    private const int Failed = 1;

    /// <summary>Runs until SIGTERM or SIGINT (0), or until it is refused or can't start (1).</summary>
    public static async Task<int> RunAsync(AgentOptions options, CancellationToken cancellationToken)
    {
        try
        {
            // Before anything is made: what can't join or probe leaves nothing behind.
            if (options.SourceAddress is { } source && !IsOurs(source))
            {
                return await FailAsync($"--source-address: {source} is no address of this machine.");
            }

            var token = TokenOf(options);
            var key = new KeyFile(options.DataFolder);
            if (token is null && !key.Exists)
            {
                return await FailAsync($"{options.TokenFile} can't be read, and a first join needs it.");
            }

            Directory.CreateDirectory(options.DataFolder);
            await using var held = FolderLock.TryHold(options.DataFolder);
            return held is null
                ? await FailAsync($"{options.DataFolder} is in use by another agent.")
                : await RunAsync(options, IdentityOf(options, token, key), cancellationToken);
        }
        catch (InvalidDataException refused)
        {
            return await FailAsync(refused.Message);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            return await FailAsync($"{options.DataFolder} can't be used: {unusable.Message}");
        }
    }

    private static bool IsOurs(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, port: 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string? TokenOf(AgentOptions options)
    {
        try
        {
            return SecretFile.Read(options.TokenFile);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // Not needed by an agent that has joined before.
            return null;
        }
    }

    private static AgentIdentity IdentityOf(AgentOptions options, string? token, KeyFile key)
    {
        // The process's own name: chance is what it must be made of.
#pragma warning disable RS0030
        var process = Guid.NewGuid();
#pragma warning restore RS0030
        return new AgentIdentity(
            options.Name, options.Site, options.Capacity, Software(), process, token, key.ReadOrMake());
    }

    private static async Task<int> RunAsync(
        AgentOptions options, AgentIdentity identity, CancellationToken cancellationToken)
    {
        using var loggers = LoggerFactory.Create(logging => logging
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

        var time = new BootTime();
        using var prober = new SocketProber(options.SourceAddress, time, loggers);
        var engine = new WatchEngine(Watch(options), prober, time, loggers.CreateLogger<WatchEngine>());
        using var dialer = new GrpcLinkDialer(options.Server, time);
        var uplink = new AgentUplink(
            identity, new LinkedWatchEngine(engine), dialer,
            new UplinkRhythm(options.ResumeAfter, time, new Random()), loggers.CreateLogger<AgentUplink>());
        string? refusal = null;
        try
        {
            // The uplink pauses the engine before that begins to fire.
            await JointLoops.RunAsync(
                stopping.Token,
                async token => refusal = await uplink.RunAsync(token),
                engine.RunAsync,
                token => SayReadyAsync(uplink, identity.Name, token));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return 0;
        }

        return refusal is null ? 0 : await FailAsync($"The manager refused agent {identity.Name}: {refusal}.");

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }

    private static WatchOptions Watch(AgentOptions options)
    {
        var drills = new DrillSwitches();
        foreach (var drill in options.Drills)
        {
            drills.SwitchOn(drill);
        }

        return new WatchOptions
        {
            Capacity = options.Capacity,
            SourceAddress = options.SourceAddress,
            AssignmentFile = Path.Combine(options.DataFolder, "assignments"),
            Drills = drills,
        };
    }

    private static async Task SayReadyAsync(AgentUplink uplink, string name, CancellationToken cancellationToken)
    {
        await uplink.Joined.WaitAsync(cancellationToken);
        await Console.Out.WriteLineAsync($"ready {name}");
        await Console.Out.FlushAsync(cancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    // Without the mark of the build, as the manager shows its own.
    private static string Software() =>
        typeof(AgentHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            .Split('+')[0] ?? "unknown";

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return Failed;
    }
}
