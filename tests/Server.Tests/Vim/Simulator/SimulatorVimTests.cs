using Microsoft.Extensions.Time.Testing;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Vim;
using Watchkeeper.Server.Vim.Simulator;

namespace Server.Tests.Vim.Simulator;

public sealed class SimulatorVimTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_thousand_vms_have_addresses_of_their_own_which_a_restart_does_not_change()
    {
        using var lab = new SimulatorLab();
        var requests = Enumerable.Range(0, 2_000).Select(_ => SimulatorLab.Request()).ToArray();
        var simulator = lab.Start();
        var vms = new List<VimVm>();
        foreach (var request in requests)
        {
            vms.Add(await simulator.CreateAsync(request, Cancellation));
        }

        vms.Select(vm => vm.Address).Distinct().Count().ShouldBe(2_000);
        foreach (var vm in vms)
        {
            Ipv4Range.TryReadAddress(vm.Address, out var address).ShouldBeTrue();
            lab.Options.SimulatorRange.Contains(address).ShouldBeTrue(vm.Address);
            lab.Options.SimulatorSkips!.Value.Contains(address).ShouldBeFalse($"{vm.Address} is HOST's");
        }

        var restarted = lab.Start();
        foreach (var (request, vm) in requests.Zip(vms))
        {
            (await restarted.CreateAsync(request, Cancellation)).ShouldBe(vm);
        }
    }

    [Fact]
    public void Two_ids_that_want_the_same_address_get_two_and_a_full_range_says_so()
    {
        using var lab = new SimulatorLab();
        using var records = new SimulatorRecords(lab.Options.SimulatorFolder);
        Ipv4Range.TryRead("127.64.0.0/30", out var range);
        var addresses = new SimulatorAddresses(range, null);
        string[] given = [.. Enumerable.Range(0, 2).Select(_ =>
            records.Add(SimulatorLab.NewId(), Guid.Empty, addresses.For(Guid.Empty)).Address)];

        given.ShouldBe(["127.64.0.1", "127.64.0.2"]);
        Should.Throw<VimException>(() => records.Add(SimulatorLab.NewId(), Guid.Empty, addresses.For(Guid.Empty)));
        Ipv4Range.TryRead("127.64.0.0/31", out _).ShouldBeFalse();
        new SimulatorAddresses(range, range).For(Guid.Empty).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_address_is_free_again_when_its_vm_is_deleted_and_deleting_again_is_harmless()
    {
        using var lab = new SimulatorLab();
        var simulator = lab.Start();
        var request = SimulatorLab.Request();
        var vm = await simulator.CreateAsync(request, Cancellation);
        await simulator.DeleteAsync(request.Vnfc, vm.ResourceId, Cancellation);
        await simulator.DeleteAsync(request.Vnfc, vm.ResourceId, Cancellation);

        lab.RecordsAreEmpty().ShouldBeTrue();
        (await lab.Start().CreateAsync(request, Cancellation)).ShouldBe(vm);
    }

    [Fact]
    public async Task A_half_written_record_counts_for_nothing()
    {
        using var lab = new SimulatorLab();
        Directory.CreateDirectory(lab.Options.SimulatorFolder);
        var request = SimulatorLab.Request();
        await File.WriteAllTextAsync(
            Path.Combine(lab.Options.SimulatorFolder, "records.jsonl"), "{\"vm\":{\"vnfc\":", Cancellation);

        var vm = await lab.Start().CreateAsync(request, Cancellation);
        vm.Address.ShouldStartWith("127.");
        (await lab.Start().CreateAsync(request, Cancellation)).ShouldBe(vm);
    }

    [Fact]
    public void A_long_life_does_not_make_the_log_long()
    {
        using var lab = new SimulatorLab();
        using var records = new SimulatorRecords(lab.Options.SimulatorFolder);
        var vnfc = SimulatorLab.NewId();
        records.Add(vnfc, Guid.Empty, ["127.64.0.1"]);
        for (var i = 0; i < 25_001; i++)
        {
            records.Switch(vnfc, isOff: i % 2 == 0);
        }

        File.ReadLines(Path.Combine(lab.Options.SimulatorFolder, "records.jsonl")).Count().ShouldBeLessThan(10_010);
        using var restarted = new SimulatorRecords(lab.Options.SimulatorFolder);
        restarted.Off.ShouldHaveSingleItem().Vnfc.ShouldBe(vnfc);
        restarted.VmOf(vnfc).ShouldBe(records.VmOf(vnfc));
    }

    [Fact]
    public async Task What_is_to_fail_once_fails_once_also_across_a_restart_and_again_at_the_next_instantiation()
    {
        using var lab = new SimulatorLab();
        var vnf = new VnfInstanceId(SimulatorLab.NewId());
        var first = SimulatorLab.Operation("INSTANTIATE", vnf);
        var request = SimulatorLab.Request(first, """{"failOnce": ["INSTANTIATE", "TERMINATE"]}""");
        (await Should.ThrowAsync<VimException>(() => lab.Start().CreateAsync(request, Cancellation)))
            .Message.ShouldBe("The simulator was asked to fail INSTANTIATE.");
        await lab.Start().CreateAsync(request, Cancellation);

        var end = SimulatorLab.Operation("TERMINATE", vnf);
        var simulator = lab.Start();
        await Should.ThrowAsync<VimException>(() => simulator.DeleteAsync(request.Vnfc, "", end, Cancellation));
        await simulator.DeleteAsync(request.Vnfc, "", end, Cancellation);
        lab.RecordsAreEmpty().ShouldBeTrue();

        var again = request with { Operation = SimulatorLab.Operation("INSTANTIATE", vnf) };
        await Should.ThrowAsync<VimException>(() => simulator.CreateAsync(again, Cancellation));
        await simulator.CreateAsync(again, Cancellation);
    }

    [Fact]
    public async Task Only_one_of_many_vms_takes_the_single_failure()
    {
        using var lab = new SimulatorLab();
        var simulator = lab.Start();
        var operation = SimulatorLab.Operation("INSTANTIATE", new VnfInstanceId(SimulatorLab.NewId()));
        var failures = 0;
        for (var i = 0; i < 5; i++)
        {
            try
            {
                await simulator.CreateAsync(
                    SimulatorLab.Request(operation, """{"failOnce": ["INSTANTIATE"]}"""), Cancellation);
            }
            catch (VimException)
            {
                failures++;
            }
        }

        failures.ShouldBe(1);
    }

    [Fact]
    public async Task Rules_of_another_request_hold_for_its_operation_only()
    {
        using var lab = new SimulatorLab();
        var simulator = lab.Start();
        var vnf = new VnfInstanceId(SimulatorLab.NewId());
        var heal = SimulatorLab.Operation(
            "HEAL", vnf, simulate: """{"failOnce": ["HEAL"], "failRollback": ["HEAL"]}""");
        var vnfc = new VnfcId(SimulatorLab.NewId());
        await Should.ThrowAsync<VimException>(() => simulator.DeleteAsync(vnfc, "", heal, Cancellation));
        await simulator.DeleteAsync(vnfc, "", heal, Cancellation);
        (await Should.ThrowAsync<VimException>(() =>
                simulator.DeleteAsync(vnfc, "", heal with { IsRollback = true }, Cancellation)))
            .Message.ShouldContain("the rollback of HEAL");
        await simulator.DeleteAsync(vnfc, "", SimulatorLab.Operation("HEAL", vnf), Cancellation);
        await simulator.DeleteAsync(
            vnfc, "", SimulatorLab.Operation("SCALE", vnf, simulate: """{"failAlways": ["HEAL"]}"""), Cancellation);
    }

    [Fact]
    public async Task What_is_to_fail_always_fails_always_but_not_in_the_rollback()
    {
        using var lab = new SimulatorLab();
        var simulator = lab.Start();
        var operation = SimulatorLab.Operation("INSTANTIATE", new VnfInstanceId(SimulatorLab.NewId()));
        var request = SimulatorLab.Request(operation, """{"failAlways": ["INSTANTIATE"]}""");
        await Should.ThrowAsync<VimException>(() => simulator.CreateAsync(request, Cancellation));
        await Should.ThrowAsync<VimException>(() => simulator.CreateAsync(request, Cancellation));
        await simulator.DeleteAsync(request.Vnfc, "", operation with { IsRollback = true }, Cancellation);
        lab.RecordsAreEmpty().ShouldBeTrue("the rules went too");
    }

    [Fact]
    public async Task A_slow_operation_takes_its_seconds()
    {
        var time = new FakeTimeProvider();
        using var lab = new SimulatorLab(time);
        var operation = SimulatorLab.Operation("INSTANTIATE", new VnfInstanceId(SimulatorLab.NewId()));
        var made = lab.Start().CreateAsync(
            SimulatorLab.Request(operation, """{"slow": {"INSTANTIATE": 2.5}}"""), Cancellation);
        time.Advance(TimeSpan.FromSeconds(2.4));
        made.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(0.1));
        (await made).Address.ShouldStartWith("127.");
    }

    [Theory]
    [InlineData("[]", "additionalParams.simulate: an object")]
    [InlineData("""{"failsOnce": []}""", "simulate.failsOnce: this is unknown")]
    [InlineData("""{"failOnce": "HEAL"}""", "simulate.failOnce: a list")]
    [InlineData("""{"failOnce": ["heal"]}""", "simulate.failOnce: 'heal' is no operation")]
    [InlineData("""{"failAlways": [7]}""", "simulate.failAlways: '7' is no operation")]
    [InlineData("""{"failRollback": null}""", "simulate.failRollback: a list")]
    [InlineData("""{"slow": 5}""", "simulate.slow: an object")]
    [InlineData("""{"slow": {"HEALS": 5}}""", "simulate.slow: 'HEALS' is no operation")]
    [InlineData("""{"slow": {"HEAL": "5"}}""", "simulate.slow: HEAL: seconds")]
    [InlineData("""{"slow": {"HEAL": -1}}""", "simulate.slow: HEAL: seconds")]
    [InlineData("""{"slow": {"HEAL": 1e99}}""", "simulate.slow: HEAL: seconds")]
    public void Rules_that_can_not_be_read_are_refused_by_name(string simulate, string message)
    {
        using var lab = new SimulatorLab();
        lab.Start().Objection(SimulatorLab.Request(null, simulate)).ShouldNotBeNull().ShouldContain(message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"failOnce": ["HEAL"], "failAlways": [], "failRollback": ["SCALE"], "slow": {"HEAL": 0.5}}""")]
    public void Rules_that_can_be_read_are_not_objected_to(string? simulate)
    {
        using var lab = new SimulatorLab();
        lab.Start().Objection(SimulatorLab.Request(null, simulate)).ShouldBeNull();
    }
}
