using System.Text.Json;
using System.Text.Json.Serialization;

namespace Watchkeeper.Server.Vim.Simulator;

/// <summary>A simulated VM: nothing but an address that the kernel answers for.</summary>
/// <param name="Vnfc">The VNFC that it realises.</param>
/// <param name="VnfInstance">The VNF that it is part of.</param>
/// <param name="Address">Its address.</param>
/// <param name="IsOff">Whether it is switched off.</param>
internal sealed record SimulatedVm(Guid Vnfc, Guid VnfInstance, string Address, bool IsOff);

/// <summary>The rules that a VNF was instantiated with, which hold for its life, and which of their faults are spent.</summary>
/// <param name="VnfInstance">The VNF.</param>
/// <param name="Instantiation">The occurrence whose request had the rules; none after it, so another one starts afresh.</param>
/// <param name="Rules">The rules.</param>
/// <param name="Spent">Operations whose single failure has happened; with the occurrence when the rule was its own.</param>
internal sealed record SimulatedVnf(
    Guid VnfInstance, Guid Instantiation, SimulateRules Rules, ImmutableArray<string> Spent);

/// <summary>The records of SIMULATOR: in memory, and each in a small file, so that a restart changes nothing.</summary>
/// <remarks>Not flushed to the disk: after a loss of power a VM's address, being a function of its id, is found again.</remarks>
internal sealed class SimulatorRecords
{
    private const string VmPrefix = "vm-";
    private const string VnfPrefix = "vnf-";
    private readonly string _folder;
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, SimulatedVm> _vms = [];
    private readonly Dictionary<Guid, SimulatedVnf> _vnfs = [];
    private readonly HashSet<string> _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, int> _vmsOfVnf = [];

    /// <summary>Reads what there is. A file that can't be read is of a write that never ended, and counts for nothing.</summary>
    public SimulatorRecords(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        foreach (var path in Directory.EnumerateFiles(folder, "*.json"))
        {
            Load(path);
        }
    }

    /// <summary>All VMs that are switched off.</summary>
    public ImmutableArray<SimulatedVm> Off
    {
        get
        {
            lock (_lock)
            {
                return [.. _vms.Values.Where(vm => vm.IsOff)];
            }
        }
    }

    /// <summary>The VM of a VNFC; null when there is none.</summary>
    public SimulatedVm? VmOf(Guid vnfc)
    {
        lock (_lock)
        {
            return _vms.GetValueOrDefault(vnfc);
        }
    }

    /// <summary>The rules of a VNF; null when it was instantiated without.</summary>
    public SimulatedVnf? VnfOf(Guid vnfInstance)
    {
        lock (_lock)
        {
            return _vnfs.GetValueOrDefault(vnfInstance);
        }
    }

    /// <summary>Makes the VM of a VNFC, or finds it.</summary>
    /// <param name="vnfc">The VNFC.</param>
    /// <param name="vnfInstance">Its VNF.</param>
    /// <param name="addresses">The addresses it may have, the preferred one first.</param>
    /// <exception cref="VimException">All of them are taken.</exception>
    public SimulatedVm Add(Guid vnfc, Guid vnfInstance, IEnumerable<string> addresses)
    {
        lock (_lock)
        {
            if (_vms.TryGetValue(vnfc, out var there))
            {
                return there;
            }

            var address = addresses.FirstOrDefault(address => !_addresses.Contains(address))
                ?? throw new VimException("All addresses of vim.simulator.addressRange are taken.");
            var vm = new SimulatedVm(vnfc, vnfInstance, address, IsOff: false);
            Write(VmPrefix, vnfc, JsonSerializer.Serialize(vm, SimulatorJson.Default.SimulatedVm));
            Keep_NeedsLock(vm);
            return vm;
        }
    }

    /// <summary>Records whether a VM is off.</summary>
    public void Switch(Guid vnfc, bool isOff)
    {
        lock (_lock)
        {
            var vm = _vms[vnfc] with { IsOff = isOff };
            Write(VmPrefix, vnfc, JsonSerializer.Serialize(vm, SimulatorJson.Default.SimulatedVm));
            _vms[vnfc] = vm;
        }
    }

    /// <summary>Forgets a VM, if there is one.</summary>
    public void Remove(Guid vnfc)
    {
        lock (_lock)
        {
            if (!_vms.Remove(vnfc, out var vm))
            {
                return;
            }

            File.Delete(PathOf(VmPrefix, vnfc));
            _addresses.Remove(vm.Address);
            var left = _vmsOfVnf[vm.VnfInstance] - 1;
            if (left > 0)
            {
                _vmsOfVnf[vm.VnfInstance] = left;
            }
            else
            {
                _vmsOfVnf.Remove(vm.VnfInstance);
            }
        }
    }

    /// <summary>Changes what is recorded of a VNF, as one act.</summary>
    /// <param name="vnfInstance">The VNF.</param>
    /// <param name="change">From what is recorded to what is to be; null is nothing.</param>
    public void Change(Guid vnfInstance, Func<SimulatedVnf?, SimulatedVnf?> change)
    {
        lock (_lock)
        {
            var before = _vnfs.GetValueOrDefault(vnfInstance);
            var after = change(before);
            if (after is null)
            {
                File.Delete(PathOf(VnfPrefix, vnfInstance));
                _vnfs.Remove(vnfInstance);
            }
            else if (after != before)
            {
                Write(VnfPrefix, vnfInstance, JsonSerializer.Serialize(after, SimulatorJson.Default.SimulatedVnf));
                _vnfs[vnfInstance] = after;
            }
        }
    }

    /// <summary>Whether a VNF has any VM.</summary>
    public bool HasVms(Guid vnfInstance)
    {
        lock (_lock)
        {
            return _vmsOfVnf.ContainsKey(vnfInstance);
        }
    }

    private void Load(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            if (Path.GetFileName(path).StartsWith(VmPrefix, StringComparison.Ordinal))
            {
                Keep_NeedsLock(JsonSerializer.Deserialize(text, SimulatorJson.Default.SimulatedVm)!);
            }
            else
            {
                var vnf = JsonSerializer.Deserialize(text, SimulatorJson.Default.SimulatedVnf)!;
                _vnfs[vnf.VnfInstance] = vnf;
            }
        }
        catch (JsonException)
        {
            File.Delete(path);
        }
    }

    private void Keep_NeedsLock(SimulatedVm vm)
    {
        _vms[vm.Vnfc] = vm;
        _addresses.Add(vm.Address);
        _vmsOfVnf[vm.VnfInstance] = _vmsOfVnf.GetValueOrDefault(vm.VnfInstance) + 1;
    }

    private void Write(string prefix, Guid id, string text)
    {
        var path = PathOf(prefix, id);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    private string PathOf(string prefix, Guid id) => Path.Combine(_folder, $"{prefix}{id:D}.json");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SimulatedVm))]
[JsonSerializable(typeof(SimulatedVnf))]
internal sealed partial class SimulatorJson : JsonSerializerContext;
