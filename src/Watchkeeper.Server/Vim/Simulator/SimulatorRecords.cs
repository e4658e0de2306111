using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Watchkeeper.Server.Vim.Simulator;

/// <summary>A simulated VM: nothing but an address that the kernel answers for.</summary>
/// <param name="Vnfc">The VNFC that it realises.</param>
/// <param name="VnfInstance">The VNF that it is part of.</param>
/// <param name="Address">Its address.</param>
/// <param name="IsOff">Whether it is switched off.</param>
internal sealed record SimulatedVm(Guid Vnfc, Guid VnfInstance, string Address, bool IsOff);

/// <summary>
/// The rules that a VNF was instantiated with, which hold for its life, and which of their faults are spent.
/// </summary>
/// <param name="VnfInstance">The VNF.</param>
/// <param name="Instantiation">The occurrence whose request had the rules; none after it, so another one starts
/// afresh.</param>
/// <param name="Rules">The rules.</param>
/// <param name="Spent">Operations whose single failure has happened; with the occurrence when the rule was its
/// own.</param>
internal sealed record SimulatedVnf(
    Guid VnfInstance, Guid Instantiation, SimulateRules Rules, ImmutableArray<string> Spent);

/// <summary>One line of the log of records: something that is, or something that is gone.</summary>
internal sealed record SimulatorLine(
    SimulatedVm? Vm = null, SimulatedVnf? Vnf = null, Guid? GoneVm = null, Guid? GoneVnf = null);

/// <summary>
/// The records of SIMULATOR: in memory, and as a log of changes in a file, so that a restart changes nothing.
/// </summary>
/// <remarks>
/// Not flushed to the disk: after a loss of power a VM's address, being a function of its id, is found again.
/// </remarks>
internal sealed class SimulatorRecords : IDisposable
{
    /// <summary>Lines beyond four for each record that are let be before the log is written anew.</summary>
    private const int Slack = 10_000;

    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, SimulatedVm> _vms = [];
    private readonly Dictionary<Guid, SimulatedVnf> _vnfs = [];
    private readonly HashSet<string> _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, int> _vmsOfVnf = [];
    private FileStream _log;
    private int _lines;

    /// <summary>
    /// Reads what there is. A line that can't be read is of a write that never ended, and counts for nothing.
    /// </summary>
    public SimulatorRecords(string folder)
    {
        Directory.CreateDirectory(folder);
        _path = Path.Combine(folder, "records.jsonl");
        if (File.Exists(_path))
        {
            foreach (var text in File.ReadLines(_path))
            {
                Load(text);
            }
        }

        _log = Rewritten_NeedsLock();
    }

    /// <summary>Whether nothing is recorded.</summary>
    public bool AreEmpty
    {
        get
        {
            lock (_lock)
            {
                return _vms.Count + _vnfs.Count == 0;
            }
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
            Keep_NeedsLock(vm);
            Append_NeedsLock(new SimulatorLine(Vm: vm));
            return vm;
        }
    }

    /// <summary>Records whether a VM is off.</summary>
    public void Switch(Guid vnfc, bool isOff)
    {
        lock (_lock)
        {
            var vm = _vms[vnfc] with { IsOff = isOff };
            _vms[vnfc] = vm;
            Append_NeedsLock(new SimulatorLine(Vm: vm));
        }
    }

    /// <summary>Forgets a VM, if there is one.</summary>
    public void Remove(Guid vnfc)
    {
        lock (_lock)
        {
            if (Forget_NeedsLock(vnfc))
            {
                Append_NeedsLock(new SimulatorLine(GoneVm: vnfc));
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
                if (_vnfs.Remove(vnfInstance))
                {
                    Append_NeedsLock(new SimulatorLine(GoneVnf: vnfInstance));
                }
            }
            else if (after != before)
            {
                _vnfs[vnfInstance] = after;
                Append_NeedsLock(new SimulatorLine(Vnf: after));
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

    /// <inheritdoc />
    public void Dispose() => _log.Dispose();

    private void Load(string text)
    {
        SimulatorLine? line;
        try
        {
            line = JsonSerializer.Deserialize(text, SimulatorJson.Default.SimulatorLine);
        }
        catch (JsonException)
        {
            return;
        }

        if (line?.Vm is { } vm)
        {
            Forget_NeedsLock(vm.Vnfc);
            Keep_NeedsLock(vm);
        }

        if (line?.Vnf is { } vnf)
        {
            _vnfs[vnf.VnfInstance] = vnf;
        }

        Forget_NeedsLock(line?.GoneVm ?? Guid.Empty);
        _vnfs.Remove(line?.GoneVnf ?? Guid.Empty);
    }

    private void Keep_NeedsLock(SimulatedVm vm)
    {
        _vms[vm.Vnfc] = vm;
        _addresses.Add(vm.Address);
        _vmsOfVnf[vm.VnfInstance] = _vmsOfVnf.GetValueOrDefault(vm.VnfInstance) + 1;
    }

    private bool Forget_NeedsLock(Guid vnfc)
    {
        if (!_vms.Remove(vnfc, out var vm))
        {
            return false;
        }

        _addresses.Remove(vm.Address);
        if (--_vmsOfVnf[vm.VnfInstance] == 0)
        {
            _vmsOfVnf.Remove(vm.VnfInstance);
        }

        return true;
    }

    private void Append_NeedsLock(SimulatorLine line)
    {
        if (_lines > Slack + (4 * (_vms.Count + _vnfs.Count)))
        {
            _log.Dispose();
            _log = Rewritten_NeedsLock();
            return;
        }

        Write(_log, line);
        _lines++;
    }

    /// <summary>Writes what is, and nothing of what was, and goes on behind it.</summary>
    private FileStream Rewritten_NeedsLock()
    {
        _lines = _vms.Count + _vnfs.Count;
        using (var draft = File.Create(_path + ".new"))
        {
            foreach (var vm in _vms.Values)
            {
                Write(draft, new SimulatorLine(Vm: vm));
            }

            foreach (var vnf in _vnfs.Values)
            {
                Write(draft, new SimulatorLine(Vnf: vnf));
            }
        }

        File.Move(_path + ".new", _path, overwrite: true);
        return new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    }

    private static void Write(FileStream stream, SimulatorLine line)
    {
        var text = JsonSerializer.Serialize(line, SimulatorJson.Default.SimulatorLine);
        stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SimulatorLine))]
internal sealed partial class SimulatorJson : JsonSerializerContext;
