using System.Net;
using System.Net.Sockets;
using System.Text;
using Watchkeeper.Server.Notifications;

namespace Server.Tests.Notifications;

public sealed class CallbackAddressTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("192.0.2.1", true)]
    [InlineData("::1", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("169.254.169.254", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("2002:a9fe:a9fe::1", false)]
    [InlineData("::169.254.169.254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.1.2.3", false)]
    [InlineData("::", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("ff02::1", false)]
    public void Link_local_multicast_and_unspecified_addresses_are_refused(string address, bool isAllowed) =>
        (CallbackAddresses.Objection(IPAddress.Parse(address)) is null).ShouldBe(isAllowed);

    [Theory]
    [InlineData("http://169.254.169.254/latest", "it leads to a link-local address")]
    [InlineData("http://0.0.0.0:1/", "it leads to the unspecified address")]
    [InlineData("http://[fe80::1]/", "it leads to a link-local address")]
    public async Task A_refused_address_is_never_dialled(string uri, string whyNot)
    {
        using var sender = new HttpCallbackSender();
        var answer = await sender.SendAsync(
            new CallbackRequest(HttpMethod.Get, new Uri(uri), null, null, default), Token);
        answer.ShouldBe(new CallbackAnswer.Unreachable(whyNot));
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_a_long_answer_is_not_read_to_its_end()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sender = new HttpCallbackSender();
        var uri = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/cb");
        var sending = sender.SendAsync(
            new CallbackRequest(HttpMethod.Post, uri, "Basic eA==", "application/json", "{}"u8.ToArray()), Token);
        using var client = await listener.AcceptTcpClientAsync(Token);
        await using var stream = client.GetStream();
        var head = new byte[4096];
        var text = "";
        while (!text.EndsWith("{}", StringComparison.Ordinal))
        {
            text += Encoding.ASCII.GetString(head, 0, await stream.ReadAsync(head, Token));
        }

        text.ShouldStartWith("POST /cb HTTP/1.1\r\n");
        text.ShouldContain("Authorization: Basic eA==\r\n");
        text.ShouldContain("Content-Type: application/json\r\n");

        // Ten times as much as is read; the connection stays open, so reading to the end would never end.
        await stream.WriteAsync(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 655361\r\n\r\n"u8.ToArray(), Token);
        await stream.WriteAsync(new byte[ICallbackSender.MostRead], Token);
        var answered = (await sending).ShouldBeOfType<CallbackAnswer.Answered>();
        answered.Status.ShouldBe(302);
        answered.Body.Length.ShouldBe(ICallbackSender.MostRead);
    }

    [Fact]
    public async Task Nobody_there_is_a_failure_and_not_an_exception()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var sender = new HttpCallbackSender();
        var answer = await sender.SendAsync(
            new CallbackRequest(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}/"), null, null, default), Token);
        answer.ShouldBe(new CallbackAnswer.Unreachable("it can't be connected to"));
    }
}
