using System.Net;
using Watchkeeper.Server.Vim;
using Watchkeeper.Server.Vim.Host;

namespace Server.Tests.Vim.Host;

/// <summary>VMs of a server that is not root, and what is refused before or instead of a start.</summary>
public sealed class PlainVmTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_vm_runs_in_a_session_of_its_own_with_a_loopback_address_and_goes_with_all_its_children()
    {
        await using var lab = HostLab.OfOrdinaryUser();
        var server = lab.Server();
        var request = HostLab.Request(lab.Image("#!/bin/sh\nsetsid sleep 1000 &\nsleep 1000 &\necho ready\nwait\n"));
        var vm = await lab.CreateAsync(server, request);
        IPAddress.IsLoopback(IPAddress.Parse(vm.Address)).ShouldBeTrue();
        lab.Options.AddressRange.ToString().ShouldStartWith("127.77.");
        vm.Address.ShouldStartWith("127.77.");
        var record = lab.RecordOf(request.Vnfc);
        HostLab.StatusOf(record.Process!.Pid, "NoNewPrivs:").ShouldBe("1");
        (await File.ReadAllTextAsync($"/proc/{record.Process.Pid}/stat", Cancellation))
            .Split(") ")[1].Split(' ')[2..4].ShouldBe([$"{record.Process.Pid}", $"{record.Process.Pid}"]);
        var setting = VmCommand.SettingOf(new VmFolder(lab.Options.Folder, request.Vnfc));
        await HostLab.EventuallyAsync(() => ProcessTable.WithSetting(setting).Length == 3, "its children run");

        await server.DeleteAsync(request.Vnfc, vm.ResourceId, Cancellation);

        ProcessTable.WithSetting(setting).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(lab.Options.Folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_vm_that_nested_its_folders_deeper_than_any_path_name_is_removed_and_no_link_is_followed()
    {
        await using var lab = HostLab.OfOrdinaryUser();
        var server = lab.Server();
        var kept = Directory.CreateDirectory(Path.Combine(lab.Folder, "kept")).FullName;
        await File.WriteAllTextAsync(Path.Combine(kept, "file"), "kept", Cancellation);
        var request = HostLab.Request(
            lab.Image("#!/bin/sh\ncd \"$HOME\"; ln -s \"$KEPT\" link; i=0; n=$(printf '%0200d' 0)\n"
                // Each folder is moved into the next: no path that the shell names is long.
                + "mkdir $n; "
                + "while [ $i -lt 60 ]; do mkdir e && mv $n e && mv e $n && i=$((i+1)); done\n"
                + "echo deep\nexec sleep 1000\n"),
            null, ("KEPT", kept));
        await lab.CreateAsync(server, request);
        await HostLab.EventuallyAsync(
            async () => (await lab.LogAsync(request.Vnfc)).Contains("deep", StringComparison.Ordinal), "it is deep");

        await server.DeleteAsync(request.Vnfc, "", Cancellation);

        Directory.EnumerateFileSystemEntries(lab.Options.Folder).ShouldBeEmpty();
        File.Exists(Path.Combine(kept, "file")).ShouldBeTrue();
    }

    [Fact]
    public async Task Twenty_vms_made_at_once_have_twenty_addresses()
    {
        await using var lab = HostLab.OfOrdinaryUser();
        var image = lab.Image(HostLab.Sleeper);
        var server = lab.Server();
        var vms = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => lab.CreateAsync(server, HostLab.Request(image))));
        vms.Select(vm => vm.Address).Distinct().Count().ShouldBe(20);
    }

    [Fact]
    public async Task A_vm_that_listens_is_asked_to_end_before_it_is_killed()
    {
        await using var lab = HostLab.OfOrdinaryUser();
        var server = lab.Server();
        var witness = Path.Combine(lab.Folder, "witness");
        var request = HostLab.Request(
            lab.Image($"#!/bin/sh\ntrap 'echo asked >\"$WITNESS\"; exit 0' TERM\necho ready\nsleep 1000 &\nwait\n"),
            null, ("WITNESS", witness));
        await lab.CreateAsync(server, request);
        await HostLab.EventuallyAsync(
            async () => (await lab.LogAsync(request.Vnfc)).Contains("ready", StringComparison.Ordinal), "it listens");

        await server.DeleteAsync(request.Vnfc, "", Cancellation);

        (await File.ReadAllTextAsync(witness, Cancellation)).ShouldBe("asked\n");
    }

    [Theory]
    [InlineData(60, "asked\nended\n")]
    [InlineData(null, "asked\n")]
    public async Task A_vm_that_is_given_time_is_not_killed_before_it_has_ended(int? seconds, string seen)
    {
        await using var lab = HostLab.OfOrdinaryUser(options => options with { Grace = TimeSpan.FromSeconds(0.5) });
        var server = lab.Server();
        var witness = Path.Combine(lab.Folder, "witness");
        var request = HostLab.Request(
            lab.Image(
                "#!/bin/sh\ntrap 'echo asked >>\"$WITNESS\"; sleep 3; echo ended >>\"$WITNESS\"; exit 0' TERM\n"
                + "echo ready\nwhile :; do sleep 0.1; done\n"),
            null, ("WITNESS", witness));
        await lab.CreateAsync(server, request);
        await HostLab.EventuallyAsync(
            async () => (await lab.LogAsync(request.Vnfc)).Contains("ready", StringComparison.Ordinal), "it listens");
        var operation = new VimOperation("TERMINATE", new(Guid.Empty), request.VnfInstance, IsRollback: false)
        {
            Grace = seconds is { } given ? TimeSpan.FromSeconds(given) : null,
        };

        await server.DeleteAsync(request.Vnfc, "", operation, Cancellation);

        (await File.ReadAllTextAsync(witness, Cancellation)).ShouldBe(seen);
        server.Find(request.Vnfc).ShouldBeNull();
    }

    [Fact]
    public async Task An_icmp_kpi_is_refused_with_the_reason()
    {
        await using var lab = HostLab.OfOrdinaryUser();
        var request = HostLab.Request(lab.Image(HostLab.Sleeper)) with { NeedsIcmp = true };

        lab.Server().Objection(request).ShouldNotBeNull().ShouldContain("ICMP");
        (await Should.ThrowAsync<VimException>(() => lab.CreateAsync(lab.Server(), request)))
            .Message.ShouldContain("without root");
    }

    [Theory]
    [InlineData(null, "no software image")]
    [InlineData("missing", "'missing', can't be read: it is missing")]
    [InlineData("text", "'text', is not executable")]
    [InlineData("empty", "'empty', is not executable")]
    [InlineData("headless", "no/such/interpreter")]
    [InlineData("ends", "I give up")]
    public async Task An_image_that_can_not_run_is_named_and_leaves_nothing(string? name, string message)
    {
        await using var lab = HostLab.OfOrdinaryUser();
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "text"), "hello", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "empty"), "", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "headless"), "#!/no/such/interpreter\n", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "ends"), "#!/bin/sh\necho I give up\n", Cancellation);
        var request = HostLab.Request(name is null ? null : Path.Combine(lab.Folder, name));

        var server = lab.Server();
        if (name is "headless" or "ends")
        {
            // Such a one may end a moment after its start was seen: then it is found dead, and the record says so.
            try
            {
                await lab.CreateAsync(server, request);
                await HostLab.EventuallyAsync(() => server.Find(request.Vnfc) is null, "it ends");
                return;
            }
            catch (VimException seen)
            {
                seen.Message.ShouldContain(name == "ends" ? message : "");
            }
        }
        else
        {
            (await Should.ThrowAsync<VimException>(() => lab.CreateAsync(server, request)))
                .Message.ShouldContain(message);
        }

        Directory.Exists(Path.Combine(lab.Options.Folder, request.Vnfc.ToString())).ShouldBeFalse();
    }

    [Theory]
    [InlineData("A=B", "x")]
    [InlineData("", "x")]
    [InlineData("9A", "x")]
    [InlineData("A", "x\0y")]
    public async Task A_setting_that_no_environment_holds_is_refused(string name, string value)
    {
        await using var lab = HostLab.OfOrdinaryUser();
        lab.Server().Objection(HostLab.Request(null, null, (name, value))).ShouldNotBeNull().ShouldContain($"'{name}'");
    }

    [Fact]
    public async Task A_range_that_is_used_up_says_so()
    {
        await using var lab = HostLab.OfOrdinaryUser(options => options with
        {
            ClaimFolder = Path.Combine(options.Folder, "claims"),
            AddressRange = new Ipv4Range((127u << 24) + (77 << 16), 30),
        });
        var server = lab.Server();
        var image = lab.Image(HostLab.Sleeper);
        await lab.CreateAsync(server, HostLab.Request(image));
        var second = HostLab.Request(image);
        await lab.CreateAsync(server, second);

        (await Should.ThrowAsync<VimException>(() => lab.CreateAsync(server, HostLab.Request(image))))
            .Message.ShouldContain("All 2 addresses of vim.host.addressRange");

        await server.DeleteAsync(second.Vnfc, "", Cancellation);
        await lab.CreateAsync(server, HostLab.Request(image));
    }

    [Fact]
    public void Missing_programs_and_missing_powers_are_named()
    {
        Ipv4Range.TryRead(VimOptions.DefaultPrivateRange, out var range);
        var options = new HostVimOptions { AddressRange = range, Folder = "/nowhere" };
        var run = new ToolRun(TimeProvider.System);
        var logger = Microsoft.Extensions.Logging.Abstractions.NullLogger<HostVim>.Instance;
        using var bare = new HostVim(
            options, new HostPrivileges(true, null), new SystemTools(["/nowhere"]), run, TimeProvider.System, logger);
        bare.Objection(HostLab.Request(null)).ShouldNotBeNull()
            .ShouldContain("sh, env, setsid, prlimit, setpriv, rm, ip");

        var weak = HostPrivileges.OfRoot("CapEff:\t00000000a80425fb\n", "0 0 4294967295\n");
        weak.Lack.ShouldBe("the server is root without CAP_NET_ADMIN");
        HostPrivileges.OfRoot("CapEff:\t000001ffffffffff\n", "0 100000 65536\n").Lack!.ShouldContain("1900000000");
        HostPrivileges.OfRoot("CapEff:\t000001ffffffffff\n", "0 0 4294967295\n").Lack.ShouldBeNull();
        using var weakling = new HostVim(options, weak, new SystemTools(), run, TimeProvider.System, logger);
        weakling.Objection(HostLab.Request(null)).ShouldNotBeNull().ShouldContain("CAP_NET_ADMIN");
    }

    [Theory]
    [InlineData("12 (a) Z b) Z 1", null)]
    [InlineData("12 (a) R 1 2 3) S 1 1 1 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 4711 1", 4711ul)]
    public void A_zombie_is_dead_and_a_name_can_not_forge_a_start_time(string stat, ulong? start) =>
        ProcessTable.StartOf(stat).ShouldBe(start);
}
