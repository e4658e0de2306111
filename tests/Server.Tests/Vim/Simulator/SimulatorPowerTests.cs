using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Vim;
using Watchkeeper.Server.Vim.Host;
using Watchkeeper.Server.Vim.Simulator;

namespace Server.Tests.Vim.Simulator;

public sealed class SimulatorPowerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_vm_that_is_off_is_silent_for_ping_and_tcp_and_answers_when_it_is_on_again()
    {
        SkipWithoutPower();
        using var lab = new SimulatorLab();
        var simulator = lab.Start();
        var request = SimulatorLab.Request();
        var other = await simulator.CreateAsync(SimulatorLab.Request(), Cancellation);
        var vm = await simulator.CreateAsync(request, Cancellation);
        using var listener = new TcpListener(IPAddress.Parse(vm.Address), 0);
        listener.Start();
        (await SimulatorLab.AnswersAsync(vm.Address)).ShouldBeTrue();
        (await ConnectsAsync((IPEndPoint)listener.LocalEndpoint)).ShouldBeTrue();

        (await simulator.SwitchAsync(request.Vnfc, isOff: true, Cancellation)).ShouldBeOfType<SwitchOutcome.Done>();
        (await simulator.SwitchAsync(request.Vnfc, isOff: true, Cancellation)).ShouldBeOfType<SwitchOutcome.Done>();
        (await SimulatorLab.AnswersAsync(vm.Address)).ShouldBeFalse();
        (await ConnectsAsync((IPEndPoint)listener.LocalEndpoint)).ShouldBeFalse();
        (await SimulatorLab.AnswersAsync(other.Address)).ShouldBeTrue();

        (await simulator.SwitchAsync(request.Vnfc, isOff: false, Cancellation)).ShouldBeOfType<SwitchOutcome.Done>();
        (await simulator.SwitchAsync(request.Vnfc, isOff: false, Cancellation)).ShouldBeOfType<SwitchOutcome.Done>();
        (await SimulatorLab.AnswersAsync(vm.Address)).ShouldBeTrue();
        await RemoveCardAsync(lab);
    }

    [Fact]
    public async Task A_restart_keeps_silent_what_is_off_and_restores_what_no_record_says_is_off()
    {
        SkipWithoutPower();
        using var lab = new SimulatorLab();
        var simulator = lab.Start();
        var off = SimulatorLab.Request();
        var address = (await simulator.CreateAsync(off, Cancellation)).Address;
        await simulator.SwitchAsync(off.Vnfc, isOff: true, Cancellation);
        var power = new SimulatorPower(lab.Options, HostPrivileges.OfThisProcess(), new SystemTools(), lab.Run);
        await power.SilenceAsync("127.64.3.3", Cancellation);

        await lab.Start().ResumeAsync(Cancellation);
        (await SimulatorLab.AnswersAsync(address)).ShouldBeFalse();
        (await SimulatorLab.AnswersAsync("127.64.3.3")).ShouldBeTrue("it was stale");

        // After a boot the card is gone as well.
        await RemoveCardAsync(lab);
        (await SimulatorLab.AnswersAsync(address)).ShouldBeTrue();
        var restarted = lab.Start();
        await restarted.ResumeAsync(Cancellation);
        (await SimulatorLab.AnswersAsync(address)).ShouldBeFalse();

        await restarted.DeleteAsync(off.Vnfc, "", Cancellation);
        (await SimulatorLab.AnswersAsync(address)).ShouldBeTrue("deleting it gives the address back");
        await RemoveCardAsync(lab);
    }

    [Fact]
    public async Task The_silence_of_a_data_folder_that_is_gone_goes_at_the_next_start_of_any_server()
    {
        SkipWithoutPower();
        string card;
        string address;
        using (var gone = new SimulatorLab())
        {
            var request = SimulatorLab.Request();
            var simulator = gone.Start();
            address = (await simulator.CreateAsync(request, Cancellation)).Address;
            await simulator.SwitchAsync(request.Vnfc, isOff: true, Cancellation);
            card = SimulatorPower.CardOf(gone.Options.SimulatorFolder);
        }

        Directory.Exists($"/sys/class/net/{card}").ShouldBeTrue();
        using var lab = new SimulatorLab();
        await lab.Start().ResumeAsync(Cancellation);
        Directory.Exists($"/sys/class/net/{card}").ShouldBeFalse();
        (await SimulatorLab.AnswersAsync(address)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_endpoint_answers_what_it_promises()
    {
        using var lab = new SimulatorLab();
        using var simulator = lab.Start(HostPrivileges.OrdinaryUser);
        var request = SimulatorLab.Request();
        await simulator.CreateAsync(request, Cancellation);
        await using var app = await ServeAsync(simulator);
        using var client = app.GetTestClient();
        var path = $"/vnflcm/v2/ext/simulator/vms/{request.Vnfc}";

        ShouldBe(await PutAsync(client, path, """{"power": "off"}"""), 409, "root");
        var unknown = $"/vnflcm/v2/ext/simulator/vms/{Guid.Empty}";
        ShouldBe(await PutAsync(client, unknown, """{"power": "off"}"""), 404, "no such VM");
        ShouldBe(await PutAsync(client, "/vnflcm/v2/ext/simulator/vms/x", """{"power": "off"}"""), 404, "no such VM");
        string[] bad = ["{}", """{"power": 1}""", """{"power": "maybe"}"""];
        foreach (var body in bad)
        {
            ShouldBe(await PutAsync(client, path, body), 422, "power");
        }

        ShouldBe(await PutAsync(client, path, "[]"), 422, "object");
        ShouldBe(await PutAsync(client, path, "{"), 400, "JSON");
        ShouldBe(await PutAsync(client, path, new string(' ', JsonBody.Largest + 1)), 413, $"{JsonBody.Largest}");
        ShouldBe(await PutAsync(client, path, "power=off", "text/plain"), 415, "application/json");
    }

    [Fact]
    public async Task The_endpoint_switches()
    {
        SkipWithoutPower();
        using var lab = new SimulatorLab();
        var simulator = lab.Start();
        var request = SimulatorLab.Request();
        var address = (await simulator.CreateAsync(request, Cancellation)).Address;
        await using var app = await ServeAsync(simulator);
        using var client = app.GetTestClient();
        var path = $"/vnflcm/v2/ext/simulator/vms/{request.Vnfc}";

        (await PutAsync(client, path, """{"power": "off"}""")).Status.ShouldBe(204);
        (await SimulatorLab.AnswersAsync(address)).ShouldBeFalse();
        (await PutAsync(client, path, """{"power": "on"}""")).Status.ShouldBe(204);
        (await SimulatorLab.AnswersAsync(address)).ShouldBeTrue();
        await RemoveCardAsync(lab);
    }

    private static void ShouldBe((int Status, string Detail) answer, int status, string detail)
    {
        answer.Status.ShouldBe(status);
        answer.Detail.ShouldContain(detail);
    }

    private static void SkipWithoutPower()
    {
        var privileges = HostPrivileges.OfThisProcess();
        Assert.SkipUnless(
            privileges is { AreRoot: true, Lack: null }, "Not run: silence wants root with all its powers.");
        Assert.SkipUnless(new SystemTools().Find("ip") is not null, "Not run: 'ip' (iproute2) is not installed.");
    }

    private static async Task<bool> ConnectsAsync(IPEndPoint endpoint)
    {
        using var client = new TcpClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        try
        {
            await client.ConnectAsync(endpoint, deadline.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static Task<string> RemoveCardAsync(SimulatorLab lab) => lab.Run.MustAsync(
        new SystemTools().PathOf("ip"),
        ["link", "delete", "dev", SimulatorPower.CardOf(lab.Options.SimulatorFolder)], "", Cancellation);

    private static async Task<WebApplication> ServeAsync(SimulatorVim simulator)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton(simulator);
        var app = builder.Build();
        app.MapSimulator();
        await app.StartAsync(Cancellation);
        return app;
    }

    private static async Task<(int Status, string Detail)> PutAsync(
        HttpClient client, string path, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var answer = await client.PutAsync(new Uri(path, UriKind.Relative), content, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        if (text.Length > 0)
        {
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        }

        return ((int)answer.StatusCode, text);
    }
}
