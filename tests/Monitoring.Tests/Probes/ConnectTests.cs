using System.Net;
using System.Net.Sockets;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;

namespace Monitoring.Tests.Probes;

public class ConnectTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_port_that_listens_is_alive_and_is_asked_from_the_source_address()
    {
        await using var server = new OneShotServer(null);
        var probe = new TcpProbe(IPAddress.Parse("127.0.9.1"));
        (await probe.AskAsync(IPAddress.Loopback, Tcp(server.Port), Ending)).ShouldBe(ProbeAnswer.Alive);
        (await new HttpProbe(IPAddress.Parse("127.0.9.3")).AskAsync(IPAddress.Loopback, Http(ClosedPort()), Ending))
            .ShouldBe(ProbeAnswer.Silent("connection refused"));
        await using var web = new OneShotServer(Ok);
        await new HttpProbe(IPAddress.Parse("127.0.9.4")).AskAsync(IPAddress.Loopback, Http(web.Port), Ending);
        web.Callers.ShouldBe([IPAddress.Parse("127.0.9.4")]);
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void A_source_address_takes_no_port_before_the_target_is_known()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        TcpProbe.BindWithoutPort(socket, IPAddress.Loopback);
        socket.LocalEndPoint.ShouldBe(new IPEndPoint(IPAddress.Loopback, 0));
    }

    [Fact]
    public async Task A_port_that_does_not_is_silent_with_the_reason() =>
        (await new TcpProbe(null).AskAsync(IPAddress.Loopback, Tcp(ClosedPort()), Ending))
            .ShouldBe(ProbeAnswer.Silent("connection refused"));

    [Fact]
    public async Task A_source_address_that_is_not_ours_says_nothing_about_the_target() =>
        (await new TcpProbe(IPAddress.Parse("192.0.2.1")).AskAsync(IPAddress.Loopback, Tcp(ClosedPort()), Ending))
            .Kind.ShouldBe(ProbeAnswerKind.Unknown);

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", null)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", null)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n", null)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\nx", null)]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "HTTP status 404")]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "HTTP status 503")]
    [InlineData("SSH-2.0-OpenSSH\r\n", "no HTTP answer")]
    [InlineData("", "no HTTP answer")]
    public async Task A_status_below_400_is_an_answer_whatever_its_body(string answer, string? silent)
    {
        await using var server = new OneShotServer(answer);
        using var probe = new HttpProbe(null);
        (await probe.AskAsync(IPAddress.Loopback, Http(server.Port), Ending))
            .ShouldBe(silent is null ? ProbeAnswer.Alive : ProbeAnswer.Silent(silent));
        server.Requests.ShouldHaveSingleItem().ShouldStartWith("GET /health?full=1 HTTP/1.1\r\n");
    }

    [Fact]
    public async Task Every_question_has_a_connection_of_its_own()
    {
        await using var server = new OneShotServer(Ok);
        using var probe = new HttpProbe(null);
        for (var i = 0; i < 3; i++)
        {
            await probe.AskAsync(IPAddress.Loopback, Http(server.Port), Ending);
        }

        server.Callers.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_connect_that_is_given_up_leaves_no_socket_behind()
    {
        using var full = new FullListener();
        using var probe = new HttpProbe(null);
        using var stop = new CancellationTokenSource();
        var asking = probe.AskAsync(IPAddress.Loopback, Http(full.Port), stop.Token).AsTask();
        await full.ConnectingAsync(1, Ending);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asking);
        await FullListener.GoneAsync(full.Port, FullListener.SynSent, Ending);
    }

    [Fact]
    public async Task A_handshake_that_is_given_up_leaves_no_connection_behind()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var probe = new HttpProbe(null);
        using var stop = new CancellationTokenSource();
        var kpi = Http(((IPEndPoint)listener.LocalEndpoint).Port) with { Tls = true };
        var asking = probe.AskAsync(IPAddress.Loopback, kpi, stop.Token).AsTask();
        using var accepted = await listener.AcceptTcpClientAsync(Ending);
        var hello = new byte[8_192];
        (await accepted.GetStream().ReadAsync(hello, Ending)).ShouldBeGreaterThan(0);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asking);
        await FullListener.GoneAsync(kpi.Port, FullListener.Established, Ending);
    }

    [Fact]
    public async Task A_certificate_of_the_targets_own_making_will_do()
    {
        await using var server = new OneShotServer(Ok, isTls: true);
        using var probe = new HttpProbe(null);
        (await probe.AskAsync(IPAddress.Loopback, Http(server.Port) with { Tls = true }, Ending))
            .ShouldBe(ProbeAnswer.Alive);
        await using var plain = new OneShotServer("nonsense");
        (await probe.AskAsync(IPAddress.Loopback, Http(plain.Port) with { Tls = true }, Ending))
            .Kind.ShouldBe(ProbeAnswerKind.Silent);
    }

    [Fact]
    public async Task The_deadline_makes_a_target_silent_and_a_stop_does_not()
    {
        var time = new SteppingTime();
        var round = new ProbeRound(time);
        using var stop = new CancellationTokenSource();
        var silent = round.AskAsync(new Never(), IPAddress.Loopback, Tcp(1), TimeSpan.FromSeconds(2), stop.Token);
        var stopped = round.AskAsync(new Never(), IPAddress.Loopback, Tcp(1), TimeSpan.FromSeconds(9), stop.Token);
        time.Advance(TimeSpan.FromSeconds(1.9), () => { });
        silent.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(0.1), () => { });
        (await silent).ShouldBe(ProbeAnswer.Silent("no answer in time"));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await stopped);
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, ProbeAnswerKind.Silent)]
    [InlineData(SocketError.HostUnreachable, ProbeAnswerKind.Silent)]
    [InlineData(SocketError.NetworkUnreachable, ProbeAnswerKind.Silent)]
    [InlineData(SocketError.TimedOut, ProbeAnswerKind.Silent)]
    [InlineData(SocketError.ConnectionReset, ProbeAnswerKind.Silent)]
    [InlineData(SocketError.TooManyOpenSockets, ProbeAnswerKind.Unknown)]
    [InlineData(SocketError.NoBufferSpaceAvailable, ProbeAnswerKind.Unknown)]
    [InlineData(SocketError.AddressNotAvailable, ProbeAnswerKind.Unknown)]
    [InlineData(SocketError.AccessDenied, ProbeAnswerKind.Unknown)]
    [InlineData(SocketError.Fault, ProbeAnswerKind.Unknown)]
    public void An_error_speaks_of_the_target_or_of_ourselves(SocketError error, ProbeAnswerKind kind) =>
        SocketTrouble.Read(error).Kind.ShouldBe(kind);

    private static Kpi Tcp(int port) => new()
    {
        EventName = "PORT_OPEN",
        Collector = CollectorKind.TcpConnect,
        Port = port,
        PollFrequency = TimeSpan.FromSeconds(1),
        Timeout = TimeSpan.FromSeconds(1),
    };

    private static Kpi Http(int port) => Tcp(port) with { Collector = CollectorKind.HttpGet, Path = "/health?full=1" };

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Never : IConnectProbe
    {
        public async ValueTask<ProbeAnswer> AskAsync(IPAddress address, Kpi kpi, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return ProbeAnswer.Alive;
        }
    }
}
