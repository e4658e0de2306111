using EndToEnd.Harness;

namespace EndToEnd.Servers;

/// <summary>A server's start, end and start again.</summary>
public sealed class ServerLifeTests : IAsyncLifetime
{
    // Far beyond what it takes, and below the 30 s after which a host that waits for an open stream gives up.
    private static readonly TimeSpan OrderlyEnd = TimeSpan.FromSeconds(20);

    private Lab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = await Lab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task A_second_server_on_the_same_data_folder_is_refused_with_one_line()
    {
        await using var second = _lab.Server.StartSecond();

        (await second.ExitedAsync()).ShouldNotBe(0);
        second.Log.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain(_lab.Server.Data);
        (await _lab.Rest.GetAsync("vnf_instances")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Sigterm_ends_it_although_an_agent_and_a_reader_of_events_are_connected()
    {
        await _lab.JoinAsync("dmona1");
        await using var events = await _lab.Rest.EventsAsync();

        _lab.Server.Process.SendTerminate();

        (await _lab.Server.Process.ExitedAsync(OrderlyEnd)).ShouldBe(0);
    }

    [Fact]
    public async Task A_restart_keeps_subscriptions_and_what_they_were_not_told_yet()
    {
        await using var listener = await CallbackListener.StartAsync();
        var subscription = await _lab.Rest.SubscribeAsync(listener);
        listener.Refuse();
        var vnf = await _lab.CreateAsync();

        await _lab.Server.StopAsync();
        listener.Accept();
        await _lab.Server.StartAsync();

        var notification = await listener.NextAsync("the notification from before the restart");
        notification.Text("notificationType").ShouldBe("VnfIdentifierCreationNotification");
        notification.Text("vnfInstanceId").ShouldBe(vnf);
        notification.Text("subscriptionId").ShouldBe(subscription);
        (await _lab.Rest.GetAsync("subscriptions")).EnumerateArray().Select(one => one.Text("id"))
            .ShouldBe([subscription]);
    }

    [Fact]
    public async Task A_killed_server_comes_back_with_its_vnfs_watched()
    {
        await _lab.JoinAsync("dmona1");
        var vnf = await _lab.DeployAsync(""" "MONITORING_AGENT":"dmonaName://dmona1" """);

        await _lab.Server.Process.KillAsync();
        await _lab.Server.Process.DisposeAsync();
        await _lab.Server.StartAsync();

        await Patience.UntilAsync(
            () => _lab.Rest.GetAsync("ext/monitoring_agents/dmona1"),
            agent => agent.Text("state") == "ONLINE" && agent.Text("monitors") == "1",
            "dmona1 back with its monitor");
        await _lab.DemandWatchedByAsync(vnf, "dmona1");
    }
}
