using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Server.Vim.Simulator;

/// <summary>Pretends to run VMs: each is a record with a loopback address, for which the kernel answers.</summary>
internal sealed class SimulatorVim : IVim, IDisposable
{
    /// <summary>The <c>vimType</c>.</summary>
    public const string KindName = "SIMULATOR";

    private const string Instantiate = "INSTANTIATE";
    private readonly SimulatorRecords _records;
    private readonly SimulatorAddresses _addresses;
    private readonly SimulatorPower _power;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _switching = new(1);

    /// <summary>Has the VMs that were there before the restart.</summary>
    public SimulatorVim(VimOptions options, SimulatorPower power, TimeProvider time)
    {
        _records = new SimulatorRecords(options.SimulatorFolder);
        _addresses = new SimulatorAddresses(options.SimulatorRange, options.SimulatorSkips);
        _power = power;
        _time = time;
    }

    /// <inheritdoc />
    public string Kind => KindName;

    /// <summary>Makes silence what was silent before the restart, and nothing else. To be called once, at the start.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        await _switching.WaitAsync(cancellationToken);
        try
        {
            await _power.ResetAsync([.. _records.Off.Select(vm => vm.Address)], cancellationToken);
        }
        finally
        {
            _switching.Release();
        }
    }

    /// <inheritdoc />
    public string? Objection(VmRequest request) =>
        SimulateRules.Read(request.Simulate ?? request.Operation?.Simulate, out _);

    /// <inheritdoc />
    public async Task<VimVm> CreateAsync(VmRequest request, CancellationToken cancellationToken)
    {
        if (SimulateRules.Read(request.Simulate ?? request.Operation?.Simulate, out var rules) is { } wrong)
        {
            throw new VimException(wrong);
        }

        var vnfc = request.Vnfc.Value;
        if (_records.VmOf(vnfc) is not { } vm)
        {
            if (request.Operation is { } operation)
            {
                Learn(operation, rules);
                await PretendAsync(operation, rules, cancellationToken);
            }

            vm = _records.Add(vnfc, request.VnfInstance.Value, _addresses.For(vnfc));
        }

        return new VimVm(vm.Vnfc.ToString("D"), vm.Address);
    }

    /// <inheritdoc />
    public async Task DeleteAsync(VnfcId vnfc, string resourceId, CancellationToken cancellationToken)
    {
        await _switching.WaitAsync(cancellationToken);
        try
        {
            if (_records.VmOf(vnfc.Value) is { } vm)
            {
                await RestoreAsync(vm, cancellationToken);
                _records.Remove(vnfc.Value);
            }
        }
        finally
        {
            _switching.Release();
        }
    }

    /// <inheritdoc />
    public async Task DeleteAsync(
        VnfcId vnfc, string resourceId, VimOperation operation, CancellationToken cancellationToken)
    {
        if (SimulateRules.Read(operation.Simulate, out var rules) is { } wrong)
        {
            throw new VimException(wrong);
        }

        await PretendAsync(operation, rules, cancellationToken);
        await DeleteAsync(vnfc, resourceId, cancellationToken);
        var isEnd = operation.Name == "TERMINATE" || (operation.Name == Instantiate && operation.IsRollback);
        if (isEnd && !_records.HasVms(operation.VnfInstance.Value))
        {
            _records.Change(operation.VnfInstance.Value, _ => null);
        }
    }

    /// <summary>Switches a VM off or on.</summary>
    public async Task<SwitchOutcome> SwitchAsync(VnfcId vnfc, bool isOff, CancellationToken cancellationToken)
    {
        await _switching.WaitAsync(cancellationToken);
        try
        {
            if (_records.VmOf(vnfc.Value) is not { } vm)
            {
                return new SwitchOutcome.Unknown();
            }

            if (_power.Objection is { } objection)
            {
                return new SwitchOutcome.Refused(objection);
            }

            // Off is recorded first and on last, so that no address is silent without a record that says so.
            if (isOff)
            {
                _records.Switch(vnfc.Value, isOff: true);
                await _power.SilenceAsync(vm.Address, cancellationToken);
            }
            else
            {
                await _power.RestoreAsync(vm.Address, cancellationToken);
                _records.Switch(vnfc.Value, isOff: false);
            }

            return new SwitchOutcome.Done();
        }
        finally
        {
            _switching.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _switching.Dispose();

    private async Task RestoreAsync(SimulatedVm vm, CancellationToken cancellationToken)
    {
        if (vm.IsOff && _power.Objection is null)
        {
            await _power.RestoreAsync(vm.Address, cancellationToken);
        }
    }

    /// <summary>The rules of an instantiation hold for the VNF's life; a new instantiation begins anew.</summary>
    private void Learn(VimOperation operation, SimulateRules rules)
    {
        if (operation.Name == Instantiate && !operation.IsRollback)
        {
            _records.Change(operation.VnfInstance.Value, known =>
                known?.Instantiation == operation.Occurrence.Value ? known
                : rules == SimulateRules.None ? null
                : new SimulatedVnf(operation.VnfInstance.Value, operation.Occurrence.Value, rules, []));
        }
    }

    private async Task PretendAsync(
        VimOperation operation, SimulateRules own, CancellationToken cancellationToken)
    {
        var life = _records.VnfOf(operation.VnfInstance.Value)?.Rules ?? SimulateRules.None;
        var seconds = Math.Max(
            own.Slow.GetValueOrDefault(operation.Name), life.Slow.GetValueOrDefault(operation.Name));
        if (seconds > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), _time, cancellationToken);
        }

        var fails = operation.IsRollback
            ? own.FailRollback.Contains(operation.Name) || life.FailRollback.Contains(operation.Name)
            : own.FailAlways.Contains(operation.Name) || life.FailAlways.Contains(operation.Name)
                || (life.FailOnce.Contains(operation.Name) && Spend(operation, operation.Name))
                || (own.FailOnce.Contains(operation.Name)
                    && operation.Name != Instantiate
                    && Spend(operation, $"{operation.Name} {operation.Occurrence}"));
        if (fails)
        {
            throw new VimException(
                $"The simulator was asked to fail {(operation.IsRollback ? "the rollback of " : "")}{operation.Name}.");
        }
    }

    /// <summary>Takes a single failure, if it was not taken yet.</summary>
    private bool Spend(VimOperation operation, string what)
    {
        var isFirst = false;
        _records.Change(operation.VnfInstance.Value, known =>
        {
            var vnf = known ?? new SimulatedVnf(operation.VnfInstance.Value, Guid.Empty, SimulateRules.None, []);
            isFirst = !vnf.Spent.Contains(what);
            return isFirst ? vnf with { Spent = vnf.Spent.Add(what) } : vnf;
        });
        return isFirst;
    }
}

/// <summary>What became of a request to switch a VM. A closed set.</summary>
internal abstract record SwitchOutcome
{
    private SwitchOutcome()
    {
    }

    /// <summary>It is switched.</summary>
    public sealed record Done : SwitchOutcome;

    /// <summary>SIMULATOR has no such VM.</summary>
    public sealed record Unknown : SwitchOutcome;

    /// <summary>It can't be switched here.</summary>
    /// <param name="Why">The reason, for clients.</param>
    public sealed record Refused(string Why) : SwitchOutcome;
}
