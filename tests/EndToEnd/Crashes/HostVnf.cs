using System.Globalization;
using System.Net;
using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Crashes;

/// <summary>
/// A VNF whose VMs are processes of this machine: whatever becomes of the manager, they must not notice.
/// </summary>
internal sealed class HostVnf : IDisposable
{
    private readonly Lab _lab;
    private readonly ImmutableArray<ProcessMark> _begun;

    private HostVnf(Lab lab, string id, ImmutableArray<string> vnfcs, ImmutableArray<ProcessMark> begun)
    {
        _lab = lab;
        Id = id;
        Vnfcs = vnfcs;
        _begun = begun;
    }

    /// <summary>The VNF instance.</summary>
    public string Id { get; }

    private ImmutableArray<string> Vnfcs { get; }

    /// <summary>Deploys samples/minimal.</summary>
    public static async Task<HostVnf> DeployAsync(Lab lab)
    {
        var package = await WkProcess.JsonAsync(
            lab.Server.Address, "package", "upload", Programs.Sample("minimal"));
        var created = await lab.Rest.PostAsync("vnf_instances", $$"""{"vnfdId":"{{package.Text("vnfdId")}}"}""");
        created.Status.ShouldBe(HttpStatusCode.Created, created.Text);
        var id = created.Json.Text("id");
        var accepted = await lab.Rest.PostAsync($"vnf_instances/{id}/instantiate", """
            {"flavourId":"default","vimConnectionInfo":{"vim1":{"vimType":"HOST"}},
             "additionalParams":{"POLL_SECONDS":1}}
            """);
        accepted.Status.ShouldBe(HttpStatusCode.Accepted, accepted.Text);
        await lab.DemandCompletedAsync(accepted.NewId);
        var vnfcs = (await lab.Rest.GetAsync(Lab.Monitoring(id))).Items("vnfcs")
            .Select(vnfc => vnfc.Text("vnfcInstanceId")).ToImmutableArray();
        vnfcs.ShouldNotBeEmpty();
        return new HostVnf(lab, id, vnfcs, Processes(lab, vnfcs));
    }

    /// <summary>Demands that every VM is the process that it was from the beginning.</summary>
    public void DemandUntouched() => Processes(_lab, Vnfcs).ShouldBe(_begun);

    /// <summary>Ends its processes.</summary>
    public Task TerminateAsync() => _lab.TerminateAsync(Id);

    /// <summary>Kills what is left of it after a test that failed.</summary>
    public void Dispose()
    {
        foreach (var process in _begun.Where(process => Mark(process.Pid) == process))
        {
            ChildProcess.KillGroup(process.Pid);
        }
    }

    private static ImmutableArray<ProcessMark> Processes(Lab lab, ImmutableArray<string> vnfcs) =>
        [.. vnfcs.Select(vnfc => Recorded(Path.Combine(Folder(lab), vnfc, "vm.json")))];

    private static string Folder(Lab lab) => Environment.IsPrivilegedProcess
        ? "/var/lib/watchkeeper/vms"
        : Path.Combine(lab.Server.Data, "vms");

    private static ProcessMark Recorded(string record)
    {
        var pid = JsonElement.Parse(File.ReadAllBytes(record)).GetProperty("process").GetProperty("pid").GetInt32();
        return Mark(pid) ?? throw new InvalidOperationException($"The VM's process {pid} does not run.");
    }

    private static ProcessMark? Mark(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X"
                ? null
                : new ProcessMark(pid, ulong.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// The number alone may be another process's by now; with its start (field 22 of proc(5)) it is not.
    /// </summary>
    private sealed record ProcessMark(int Pid, ulong StartTicks);
}
