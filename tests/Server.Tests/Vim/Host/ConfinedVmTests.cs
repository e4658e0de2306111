using Watchkeeper.Server.Vim;
using Watchkeeper.Server.Vim.Host;

namespace Server.Tests.Vim.Host;

/// <summary>VMs of a server that is root: real processes, real network namespaces, real deaths.</summary>
public sealed class ConfinedVmTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_vm_runs_as_a_user_of_its_own_without_any_power()
    {
        await using var lab = HostLab.OfRoot();
        var request = HostLab.Request(
            lab.Image("#!/bin/sh\nenv\nls -a / /proc | tr '\\n' ' '\nexec sleep 1000\n"),
            null,
            ("COLOUR", "dark red; $(id)"));
        var vm = await lab.CreateAsync(lab.Server(), request);

        var record = lab.RecordOf(request.Vnfc);
        var pid = record.Process.ShouldNotBeNull().Pid;
        var status = await File.ReadAllTextAsync($"/proc/{pid}/status", Cancellation);
        var user = (HostVimOptions.FirstUser + record.Slot!.Value).ToString();
        status.ShouldContain($"Uid:\t{user}\t{user}\t{user}\t{user}\n");
        status.ShouldContain($"Gid:\t{user}\t{user}\t{user}\t{user}\n");
        foreach (var set in (string[])["CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"])
        {
            HostLab.StatusOf(pid, set).ShouldBe("0000000000000000", set);
        }

        HostLab.StatusOf(pid, "NoNewPrivs:").ShouldBe("1");
        await HostLab.EventuallyAsync(() => ProcessTable.CommandOf(pid)![0] == "sleep", "the image runs sleep");
        var log = await lab.LogAsync(request.Vnfc);
        log.ShouldContain($"VM_ADDRESS={vm.Address}\n");
        log.ShouldContain("COLOUR=dark red; $(id)\n");
        log.ShouldContain($"HOME={Path.Combine(lab.Options.Folder, vm.ResourceId, "home")}\n");
        log.ShouldNotContain("LC_ALL");
        log.Split('\n')[^1].Split(' ').Count(name => int.TryParse(name, out _)).ShouldBeLessThan(
            6, "it sees its own processes and nobody else's");
    }

    [Fact]
    public async Task A_vm_answers_ping_and_falls_silent_when_it_is_killed_with_no_packet_leaving_by_the_gateway()
    {
        await using var lab = HostLab.OfRoot();
        var request = HostLab.Request(lab.Image("#!/bin/sh\nsleep 1000 &\nsleep 1000\n"));
        var vm = await lab.CreateAsync(lab.Server(), request);
        (await HostLab.AnswersAsync(vm.Address)).ShouldBeTrue();
        var record = lab.RecordOf(request.Vnfc);
        File.Exists(new VmNetwork(record.Slot!.Value, lab.Options.AddressRange).NamePath)
            .ShouldBeFalse("a named namespace would go on answering");

        LinuxCalls.Kill(record.Process!.Pid, LinuxCalls.SigKill).ShouldBe(0);

        await HostLab.EventuallyAsync(async () => !await HostLab.AnswersAsync(vm.Address), "ping is silent");
        var route = await lab.Run.RunAsync(
            new SystemTools().PathOf("ip"), ["route", "get", vm.Address], "", Cancellation);
        route.Output.ShouldNotContain(" dev ");
        ProcessTable.OfUser(HostVimOptions.FirstUser + record.Slot.Value).ShouldBeEmpty("its children die with it");
    }

    [Fact]
    public async Task A_deleted_vm_leaves_nothing_behind_and_deleting_again_is_harmless()
    {
        await using var lab = HostLab.OfRoot();
        var server = lab.Server();
        var request = HostLab.Request(lab.Image(
            "#!/bin/sh\nln -s /etc/passwd link; mkdir -p deep/er; setsid sleep 1000 &\n"
            + "trap 'exit 0' TERM\nwhile :; do sleep 1; done\n"));
        var vm = await lab.CreateAsync(server, request);
        var slot = lab.RecordOf(request.Vnfc).Slot!.Value;
        var network = new VmNetwork(slot, lab.Options.AddressRange);

        await server.DeleteAsync(request.Vnfc, vm.ResourceId, Cancellation);
        await server.DeleteAsync(request.Vnfc, vm.ResourceId, Cancellation);

        Directory.Exists($"/sys/class/net/{network.Card}").ShouldBeFalse();
        File.Exists(network.NamePath).ShouldBeFalse();
        Directory.Exists(Path.Combine(lab.Options.Folder, request.Vnfc.ToString())).ShouldBeFalse();
        ProcessTable.OfUser(HostVimOptions.FirstUser + slot).ShouldBeEmpty();
        new FileInfo(Path.Combine(SlotClaims.UsualFolder(lab.Privileges), slot.ToString())).LinkTarget.ShouldBeNull();
        File.Exists("/etc/passwd").ShouldBeTrue();
        (await HostLab.AnswersAsync(vm.Address)).ShouldBeFalse();
    }

    [Fact]
    public async Task Twenty_vms_made_at_once_by_two_servers_share_neither_address_nor_user()
    {
        await using var lab = HostLab.OfRoot();
        var image = lab.Image(HostLab.Sleeper);
        HostVim[] servers =
        [
            lab.Server(), lab.Server(lab.Options with { Folder = Path.Combine(lab.Folder, "other") }),
        ];
        var vms = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(i => lab.CreateAsync(servers[i % 2], HostLab.Request(image))));

        vms.Select(vm => vm.Address).Distinct().Count().ShouldBe(20);
        var users = Directory.GetFiles(lab.Folder, "vm.json", SearchOption.AllDirectories)
            .Select(path => new VmFolder(
                Path.GetDirectoryName(Path.GetDirectoryName(path))!,
                new(Guid.Parse(Path.GetFileName(Path.GetDirectoryName(path)!)))).Read()!)
            .Select(record => HostLab.StatusOf(record.Process!.Pid, "Uid:"))
            .ToArray();
        users.Distinct().Count().ShouldBe(20);
        (await Task.WhenAll(vms.Select(vm => HostLab.AnswersAsync(vm.Address)))).ShouldAllBe(answers => answers);
    }

    [Fact]
    public async Task A_bomb_of_forks_is_bounded_and_goes_with_its_vm()
    {
        await using var lab = HostLab.OfRoot(options => options with { MostProcesses = 24 });
        var server = lab.Server();
        var request = HostLab.Request(lab.Image(
            "#!/bin/sh\nbomb() { bomb & bomb & wait; }\nbomb &\nwhile :; do sleep 1; done\n"));
        await lab.CreateAsync(server, request);
        var user = HostVimOptions.FirstUser + lab.RecordOf(request.Vnfc).Slot!.Value;

        await HostLab.EventuallyAsync(
            async () => (await lab.LogAsync(request.Vnfc)).Contains("Cannot fork", StringComparison.Ordinal),
            "the limit is reached");
        ProcessTable.OfUser(user).Length.ShouldBeLessThanOrEqualTo(24);

        await server.DeleteAsync(request.Vnfc, "", Cancellation);
        ProcessTable.OfUser(user).ShouldBeEmpty();
    }

    [Fact]
    public async Task Limits_hold_and_a_full_log_does_not_kill_its_vm()
    {
        await using var lab = HostLab.OfRoot(options => options with { MostFileBytes = 64 << 10 });
        var request = HostLab.Request(lab.Image("#!/bin/sh\nyes 'so much to say' 2>&1\nexec sleep 1000\n"));
        await lab.CreateAsync(lab.Server(), request);
        var pid = lab.RecordOf(request.Vnfc).Process!.Pid;

        await HostLab.EventuallyAsync(() => ProcessTable.CommandOf(pid)![0] == "sleep", "yes gave up, the VM went on");
        new FileInfo(new VmFolder(lab.Options.Folder, request.Vnfc).Log).Length.ShouldBe(64 << 10);
        var limits = await File.ReadAllTextAsync($"/proc/{pid}/limits", Cancellation);
        limits.ShouldMatch($@"Max data size +{256 << 20} +{256 << 20} ");
        limits.ShouldMatch(@"Max open files +1024 +1024 ");
        limits.ShouldMatch(@"Max processes +256 +256 ");
        limits.ShouldMatch(@"Max core file size +0 +0 ");
    }

    [Fact]
    public async Task A_vm_has_small_temporary_folders_of_its_own()
    {
        await using var lab = HostLab.OfRoot(options => options with { TemporaryBytes = 1 << 20 });
        var mark = $"wk-mark-{Guid.Empty:N}";
        var request = HostLab.Request(lab.Image(
            "#!/bin/sh\nfor place in /tmp /var/tmp /dev/shm; do\n"
            + $"touch $place/{mark} && echo \"wrote $place\"\n"
            + "head -c 2000000 /dev/zero >$place/big 2>/dev/null || echo \"full $place\"\ndone\n"
            + "touch \"$HOME/mine\" && echo 'home is there'\necho done\nexec sleep 1000\n"));
        await lab.CreateAsync(lab.Server(), request);

        await HostLab.EventuallyAsync(
            async () => (await lab.LogAsync(request.Vnfc)).EndsWith("done\n", StringComparison.Ordinal), "it is done");
        var log = await lab.LogAsync(request.Vnfc);
        log.ShouldContain("home is there");
        foreach (var place in PrivateFolders.Places)
        {
            log.ShouldContain($"wrote {place}\n");
            log.ShouldContain($"full {place}\n");
            File.Exists(Path.Combine(place, mark)).ShouldBeFalse("the machine's own folder is another");
        }

        File.Exists(Path.Combine(new VmFolder(lab.Options.Folder, request.Vnfc).Home, "mine")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_package_can_not_slip_a_library_into_programs_that_are_still_root()
    {
        await using var lab = HostLab.OfRoot();
        var request = HostLab.Request(lab.Image(HostLab.Sleeper), null, ("LD_PRELOAD", "/no/such/library.so"));
        await lab.CreateAsync(lab.Server(), request);

        // The loader complains when it is asked to spoil the image; about a program before it, the start would have
        // failed.
        await HostLab.EventuallyAsync(
            async () => (await lab.LogAsync(request.Vnfc)).Contains("library.so", StringComparison.Ordinal),
            "a complaint");
    }

    [Fact]
    public async Task A_folder_that_users_may_not_enter_is_objected_to_by_name()
    {
        await using var lab = HostLab.OfRoot();
        var barred = Directory.CreateDirectory(Path.Combine(lab.Folder, "barred")).FullName;
        LinuxCalls.SetMode(barred, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        lab.Server(lab.Options with { Folder = Path.Combine(barred, "vms") })
            .Objection(HostLab.Request(null)).ShouldNotBeNull().ShouldContain(barred);
    }
}
