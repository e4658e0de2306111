using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Vim;
using Watchkeeper.Server.Vim.Host;
using Watchkeeper.Server.Vim.Simulator;

namespace Server.Tests.Vim.Simulator;

/// <summary>A data folder with simulators, one after the other, as after restarts.</summary>
internal sealed class SimulatorLab(TimeProvider? time = null) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wk sim ").FullName;
    private readonly List<SimulatorVim> _started = [];

    public ToolRun Run { get; } = new(TimeProvider.System);

    public VimOptions Options => VimOptions.Read(
        new ConfigurationBuilder().Build(), _folder, HostPrivileges.OrdinaryUser);

    public SimulatorVim Start(HostPrivileges? privileges = null)
    {
        var power = new SimulatorPower(
            Options, privileges ?? HostPrivileges.OfThisProcess(), new SystemTools(), Run);
        var simulator = new SimulatorVim(Options, power, time ?? TimeProvider.System);
        _started.Add(simulator);
        return simulator;
    }

    public bool RecordsAreEmpty()
    {
        using var records = new SimulatorRecords(Options.SimulatorFolder);
        return records.AreEmpty;
    }

    public static Guid NewId() => new(RandomNumberGenerator.GetBytes(16));

    public static VimOperation Operation(
        string name, VnfInstanceId vnf, bool isRollback = false, string? simulate = null) =>
        new(name, new OperationId(NewId()), vnf, isRollback, simulate is null ? null : JsonElement.Parse(simulate));

    public static VmRequest Request(VimOperation? operation = null, string? simulate = null) =>
        new(new VnfcId(NewId()), operation?.VnfInstance ?? new VnfInstanceId(NewId()), "vdu1", null, 1, 0,
            ImmutableSortedDictionary<string, string>.Empty, NeedsIcmp: true,
            simulate is null ? null : JsonElement.Parse(simulate))
        {
            Operation = operation,
        };

    public static async Task<bool> AnswersAsync(string address)
    {
        using var ping = new Ping();
        try
        {
            return (await ping.SendPingAsync(address, 300)).Status == IPStatus.Success;
        }
        catch (PingException failedToSend)
        {
            throw new InvalidOperationException("A silent address must not fail the send.", failedToSend);
        }
    }

    public void Dispose()
    {
        _started.ForEach(simulator => simulator.Dispose());
        Directory.Delete(_folder, recursive: true);
    }
}
