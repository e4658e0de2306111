using System.Diagnostics;
using Watchkeeper.Server.Vim.Host;

namespace Server.Tests.Vim.Host;

/// <summary>What a server makes of VMs that an earlier one left.</summary>
public sealed class RestartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_living_vm_is_found_again_untouched(bool isRoot)
    {
        await using var lab = isRoot ? HostLab.OfRoot() : HostLab.OfOrdinaryUser();
        var request = HostLab.Request(lab.Image(HostLab.Sleeper));
        var before = await lab.CreateAsync(lab.Server(), request);
        var record = lab.RecordOf(request.Vnfc);

        var after = await lab.CreateAsync(lab.Server(), request);

        after.ShouldBe(before);
        lab.RecordOf(request.Vnfc).ShouldBe(record);
        ProcessTable.IsAlive(record.Process!).ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_killed_vm_is_made_anew(bool isRoot)
    {
        await using var lab = isRoot ? HostLab.OfRoot() : HostLab.OfOrdinaryUser();
        var request = HostLab.Request(lab.Image(HostLab.Sleeper));
        await lab.CreateAsync(lab.Server(), request);
        var killed = lab.RecordOf(request.Vnfc).Process!;
        LinuxCalls.Kill(killed.Pid, LinuxCalls.SigKill);
        await HostLab.EventuallyAsync(() => !ProcessTable.IsAlive(killed), "it is dead");

        await lab.CreateAsync(lab.Server(), request);

        var made = lab.RecordOf(request.Vnfc).Process!;
        made.ShouldNotBe(killed);
        ProcessTable.IsAlive(made).ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_half_made_vm_is_cleared_away_and_made_anew(bool isRoot)
    {
        await using var lab = isRoot ? HostLab.OfRoot() : HostLab.OfOrdinaryUser();
        var request = HostLab.Request(lab.Image(HostLab.Sleeper));
        await lab.CreateAsync(lab.Server(), request);
        var orphan = lab.RecordOf(request.Vnfc).Process!;

        // As if the server had died between the start of the process and the record of it.
        new VmFolder(lab.Options.Folder, request.Vnfc).Write(lab.RecordOf(request.Vnfc) with { Process = null });
        await lab.CreateAsync(lab.Server(), request);

        ProcessTable.IsAlive(orphan).ShouldBeFalse();
        ProcessTable.IsAlive(lab.RecordOf(request.Vnfc).Process!).ShouldBeTrue();
    }

    [Fact]
    public async Task A_half_made_vm_with_nothing_but_a_claim_is_cleared_away()
    {
        await using var lab = HostLab.OfRoot();
        var request = HostLab.Request(lab.Image(HostLab.Sleeper));
        await lab.CreateAsync(lab.Server(), request);
        var folder = new VmFolder(lab.Options.Folder, request.Vnfc);
        var orphan = lab.RecordOf(request.Vnfc).Process!;
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "vm.json"), "{\"vn", Cancellation);

        await lab.Server().DeleteAsync(request.Vnfc, "", Cancellation);

        ProcessTable.IsAlive(orphan).ShouldBeFalse();
        Directory.Exists(folder.Path).ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stranger_that_has_the_number_of_a_dead_vm_is_neither_adopted_nor_killed(bool isRoot)
    {
        await using var lab = isRoot ? HostLab.OfRoot() : HostLab.OfOrdinaryUser();
        using var stranger = Process.Start(new ProcessStartInfo("/bin/sleep", ["1000"])).ShouldNotBeNull();
        try
        {
            var request = HostLab.Request(lab.Image(HostLab.Sleeper));
            var server = lab.Server();
            await lab.CreateAsync(server, request);
            var theirs = ProcessTable.IdentityOf(stranger.Id).ShouldNotBeNull();
            ProcessIdentity[] mistakes =
            [
                theirs with { StartTicks = theirs.StartTicks - 1 },
                theirs with { BootId = "00000000-0000-0000-0000-000000000000" },
            ];
            foreach (var mistake in mistakes)
            {
                new VmFolder(lab.Options.Folder, request.Vnfc)
                    .Write(lab.RecordOf(request.Vnfc) with { Process = mistake });
                server.Find(request.Vnfc).ShouldBeNull();
                await lab.CreateAsync(server, request);
                lab.RecordOf(request.Vnfc).Process!.Pid.ShouldNotBe(stranger.Id);
            }

            new VmFolder(lab.Options.Folder, request.Vnfc)
                .Write(lab.RecordOf(request.Vnfc) with { Process = mistakes[0] });
            await server.DeleteAsync(request.Vnfc, "", Cancellation);
            ProcessTable.IsAlive(theirs).ShouldBeTrue();
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task A_vm_of_an_earlier_boot_is_only_a_folder_and_the_slot_that_others_have_now_is_let_be()
    {
        await using var lab = HostLab.OfRoot();
        var server = lab.Server();
        var living = HostLab.Request(lab.Image(HostLab.Sleeper));
        await lab.CreateAsync(server, living);
        var record = lab.RecordOf(living.Vnfc);

        // The claims ended with the boot, and another VM got the slot.
        var old = new VmFolder(lab.Options.Folder, HostLab.NewVnfc());
        var begun = old.Begin();
        old.Write(record with { Vnfc = begun.Vnfc, BootId = "00000000-0000-0000-0000-000000000000", Process = null });
        await server.DeleteAsync(new(begun.Vnfc), "", Cancellation);

        Directory.Exists(old.Path).ShouldBeFalse();
        ProcessTable.IsAlive(record.Process!).ShouldBeTrue();
        (await HostLab.AnswersAsync(record.Address!)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_vm_left_whose_folder_was_deleted_by_hand_is_cleared_when_its_slot_is_given_again()
    {
        await using var lab = HostLab.OfRoot(options => options with
        {
            ClaimFolder = options.Folder + "-claims",
        });
        LinuxCalls.MakeFolder(
            lab.Options.ClaimFolder!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(lab.Options.ClaimFolder!, "15999"), "/nowhere");
        var lost = HostLab.Request(lab.Image(HostLab.Sleeper));
        await lab.CreateAsync(lab.Server(), lost);
        var record = lab.RecordOf(lost.Vnfc);
        record.Slot.ShouldBe(16_000u);
        Directory.Delete(new VmFolder(lab.Options.Folder, lost.Vnfc).Path, recursive: true);
        File.Delete(Path.Combine(lab.Options.ClaimFolder!, "16000"));

        var next = HostLab.Request(lab.Image(HostLab.Sleeper));
        var vm = await lab.CreateAsync(lab.Server(), next);

        lab.RecordOf(next.Vnfc).Slot.ShouldBe(16_000u);
        ProcessTable.IsAlive(record.Process!).ShouldBeFalse();
        (await HostLab.AnswersAsync(vm.Address)).ShouldBeTrue();
    }

    [Fact]
    public async Task Both_of_two_callers_that_want_the_same_vm_get_the_one_vm()
    {
        await using var lab = HostLab.OfOrdinaryUser();
        var request = HostLab.Request(lab.Image(HostLab.Sleeper));
        var server = lab.Server();
        var vms = await Task.WhenAll(lab.CreateAsync(server, request), lab.CreateAsync(server, request));

        vms[0].ShouldBe(vms[1]);
        ProcessTable.WithSetting(VmCommand.SettingOf(new VmFolder(lab.Options.Folder, request.Vnfc)))
            .ShouldBe([lab.RecordOf(request.Vnfc).Process!.Pid]);
    }
}
