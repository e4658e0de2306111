using System.Text.Json;
using CsCheck;
using Google.Protobuf;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Monitoring.Rules;
using Wire = Watchkeeper.Monitoring.Protocol.Wire;

namespace Monitoring.Tests.Protocol;

public sealed class CodecTests
{
    private static readonly Gen<TimeSpan> Durations = Gen.Long[-1_000_000_000_000, 1_000_000_000_000]
        .Select(microseconds => TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond));

    private static readonly Gen<string> Texts = Gen.String[Gen.Char.AlphaNumeric, 0, 40];
    private static readonly Gen<TargetId> Targets = Gen.Guid.Select(id => new TargetId(id));
    private static readonly Gen<AssignmentEpoch> Epochs = Gen.Long[0, long.MaxValue]
        .Select(n => new AssignmentEpoch(n));
    private static readonly Gen<TargetEpoch> TargetEpochs = Gen.Select(
        Targets, Epochs, (t, e) => new TargetEpoch(t, e));

    private static readonly Gen<CarriedKpi> Carried = Gen.Select(
        Texts,
        Gen.Select(Gen.Bool.Nullable(), Gen.Int[0, 1000], Gen.Int[0, 1000], (b, t, f) => new KpiState(b, t, f)),
        Durations.Nullable(),
        Durations.Nullable(),
        Gen.Long,
        (name, state, since, due, raised) => new CarriedKpi(name, state, since, due, raised));

    private static readonly Gen<Kpi> Kpis = Gen.Select(
        Gen.Select(Texts, Gen.Enum<CollectorKind>(), Gen.Enum<MetricCondition>()),
        Gen.Select(Gen.Double[-1e9, 1e9], Gen.Int[1, 1000], Gen.Int[1, 1000]),
        Gen.Select(Durations, Durations, Gen.Int[0, 65_535], Texts),
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool),
        (what, counts, rhythm, flags) => new Kpi
        {
            EventName = what.Item1,
            Collector = what.Item2,
            Condition = what.Item3,
            Threshold = counts.Item1,
            OccurrencesTrue = counts.Item2,
            OccurrencesFalse = counts.Item3,
            PollFrequency = rhythm.Item1,
            Timeout = rhythm.Item2,
            Port = rhythm.Item3,
            Path = rhythm.Item4,
            ContinuousAlarm = flags.Item1,
            Tls = flags.Item2,
            IsAliveness = flags.Item3,
        });

    private static readonly Gen<Assignment> Assignments = Gen.Select(
        Targets, Epochs, Texts, Few(Kpis), Few(Carried), (t, e, a, k, c) => new Assignment(t, e, a, k, c));

    private static readonly Gen<MonitorReport> Reports = Gen.Select(
        Targets, Epochs, Gen.Bool, Few(Carried), Durations.Nullable(),
        (t, e, v, k, g) => new MonitorReport(t, e, v, k, g));

    private static readonly Gen<string?> Refusals = Gen.Bool.SelectMany(
        isRefused => isRefused ? Texts.Select(text => (string?)text) : Gen.Bool.Select(_ => (string?)null));

    private static readonly Gen<Drill> Drills = Gen.Select(
        Gen.Enum<DrillKind>(), Gen.Int[0, 99], Gen.Int[0, 99],
        (kind, after, times) => new Drill(kind, after, times == 0 ? null : times));

    private static readonly Gen<AgentMessage> FromAgents = Gen.OneOf<AgentMessage>(
        Gen.Select(Texts, Refusals, Refusals, Texts, Gen.Int[0, 1000], Texts, Gen.Guid)
            .Select(h => (AgentMessage)new AgentMessage.Hello(
                h.Item1, h.Item2, h.Item3, h.Item4, h.Item5, h.Item6, h.Item7)),
        Gen.Select(Gen.Long, Few(Gen.Select(Targets, Epochs, Gen.Bool, (t, e, w) => new Holding(t, e, w))), Gen.Bool)
            .Select(h => (AgentMessage)new AgentMessage.Holdings(h.Item1, h.Item2, h.Item3)),
        Gen.Select(Gen.Long, Few(Reports), Gen.Int[0, 9999], Gen.Double[0, 1e6])
            .Select(b => (AgentMessage)new AgentMessage.Heartbeat(b.Item1, b.Item2, b.Item3, b.Item4)),
        Few(Reports).Select(batch => (AgentMessage)new AgentMessage.Reports(batch)),
        Gen.Select(Gen.Long, Few(Gen.Select(Targets, Epochs, Refusals, (t, e, r) => new SetOutcome(t, e, r))))
            .Select(r => (AgentMessage)new AgentMessage.SetResult(r.Item1, r.Item2)),
        Gen.Select(
                Gen.Long,
                Few(Gen.Select(Targets, Epochs, Refusals, Few(Carried), Epochs, (t, e, r, c, u) =>
                    new UnsetOutcome(t, e, r, c) { CountedUnder = u < e ? u : e })))
            .Select(r => (AgentMessage)new AgentMessage.UnsetResult(r.Item1, r.Item2)),
        Gen.Select(
                Gen.Long,
                Few(Gen.Select(
                    Targets, Gen.Enum<ProbeAnswerKind>(), Refusals,
                    (t, k, w) => new LookOutcome(t, new ProbeAnswer(k, w)))))
            .Select(r => (AgentMessage)new AgentMessage.LookResult(r.Item1, r.Item2)),
        Gen.Select(Gen.Long, Few(Drills)).Select(r => (AgentMessage)new AgentMessage.DrillResult(r.Item1, r.Item2)));

    private static readonly Gen<ServerMessage> FromServers = Gen.OneOf<ServerMessage>(
        Gen.Const((ServerMessage)new ServerMessage.Welcome()),
        Texts.Select(reason => (ServerMessage)new ServerMessage.Refused(reason)),
        Gen.Select(Gen.Long, Few(Assignments), Few(TargetEpochs), Gen.Bool)
            .Select(d => (ServerMessage)new ServerMessage.Difference(d.Item1, d.Item2, d.Item3, d.Item4)),
        Gen.Select(Gen.Long, Few(Assignments))
            .Select(s => (ServerMessage)new ServerMessage.SetRequest(s.Item1, s.Item2)),
        Gen.Select(Gen.Long, Few(TargetEpochs), Durations)
            .Select(u => (ServerMessage)new ServerMessage.UnsetRequest(u.Item1, u.Item2, u.Item3)),
        Gen.Select(Gen.Long, Few(Gen.Select(Targets, Texts, Kpis, (t, a, k) => new LookRequest(t, a, k))))
            .Select(l => (ServerMessage)new ServerMessage.LookBatch(l.Item1, l.Item2)),
        Few(TargetEpochs).Select(targets => (ServerMessage)new ServerMessage.Release(targets)),
        Few(TargetEpochs).Select(targets => (ServerMessage)new ServerMessage.Fenced(targets)),
        Gen.Select(Gen.Long, Few(Drills), Gen.Bool)
            .Select(d => (ServerMessage)new ServerMessage.DrillRequest(d.Item1, d.Item3 ? d.Item2 : null)),
        Gen.Long.Select(number => (ServerMessage)new ServerMessage.HeartbeatAck(number)));

    [Fact]
    public void What_an_agent_says_arrives_as_it_was_said() =>
        Gen.Select(Gen.Guid, FromAgents).Sample((session, message) =>
    {
        var bytes = AgentMessageCodec.Write(new(session, message)).ToByteArray();
        var read = AgentMessageCodec.Read(Wire.AgentEnvelope.Parser.ParseFrom(bytes));
        return read.Session == session && Text(read.Message) == Text(message);
    });

    [Fact]
    public void What_the_manager_says_arrives_as_it_was_said() =>
        Gen.Select(Gen.Guid, FromServers).Sample((session, message) =>
        {
            var bytes = ServerMessageCodec.Write(new(session, message)).ToByteArray();
            var read = ServerMessageCodec.Read(Wire.ServerEnvelope.Parser.ParseFrom(bytes));
            return read.Session == session && Text(read.Message) == Text(message);
        });

    [Fact]
    public void What_the_protocol_does_not_allow_is_refused()
    {
        var id = ByteString.CopyFrom(new byte[16]);
        var many = new Wire.Reports();
        many.Batch.AddRange(Enumerable.Repeat(new Wire.MonitorReport { Target = id }, AgentLimits.BatchSize + 1));
        var kpis = new Wire.MonitorReport { Target = id };
        kpis.Kpis.AddRange(Enumerable.Repeat(new Wire.CarriedKpi(), AgentLimits.KpisPerTarget + 1));
        Wire.AgentEnvelope[] wrong =
        [
            new(),
            new() { Session = ByteString.CopyFrom(1, 2), Reports = new() },
            new() { Reports = many },
            new() { Reports = new() { Batch = { kpis } } },
            new() { Reports = new() { Batch = { new Wire.MonitorReport { Target = ByteString.CopyFrom(1) } } } },
            new() { Reports = new() { Batch = { new Wire.MonitorReport { Target = id, Epoch = -1 } } } },
            new() { Reports = new() { Batch = { new Wire.MonitorReport { Target = id, GapUs = long.MaxValue } } } },
            new() { Heartbeat = new() { ProbesPerSecond = double.NaN } },
            new() { Heartbeat = new() { Monitors = -1 } },
            new() { Hello = new() { Process = id, Name = new string('a', LinkLimits.TextLength + 1) } },
            new() { LookResult = new() { Outcomes = { new Wire.LookOutcome { Target = id,
                Answer = (Wire.Answer)9 } } } },
        ];

        foreach (var message in wrong)
        {
            Should.Throw<LinkFormatException>(() => AgentMessageCodec.Read(message), message.ToString());
        }

        var unknown = new Wire.Assignment { Target = id, Kpis = { new Wire.Kpi() } };
        Should.Throw<LinkFormatException>(() =>
            ServerMessageCodec.Read(new() { Set = new() { Assignments = { unknown } } }));
        Should.Throw<LinkFormatException>(() =>
            ServerMessageCodec.Read(new() { Look = new() { Targets = { new Wire.LookRequest { Target = id } } } }));
    }

    [Theory]
    [InlineData(CollectorKind.HttpGet, 1_001, 80, 1.0)]
    [InlineData(CollectorKind.HttpGet, 2_048, 80, 1.0)]
    [InlineData(CollectorKind.HttpGet, 2_049, 80, 1.0)]
    [InlineData(CollectorKind.IcmpPing, 2_048, 0, 1.0)]
    [InlineData(CollectorKind.IcmpPing, 2_049, 0, 1.0)]
    [InlineData(CollectorKind.IcmpPing, 1, -1, 1.0)]
    [InlineData(CollectorKind.IcmpPing, 1, 0, double.NaN)]
    [InlineData(CollectorKind.TcpConnect, 1, 80, double.PositiveInfinity)]
    public void The_link_carries_exactly_what_an_agent_accepts(
        CollectorKind collector, int pathLength, int port, double threshold)
    {
        var kpi = new Kpi
        {
            EventName = new string('E', 255),
            Collector = collector,
            PollFrequency = TimeSpan.FromSeconds(1),
            Timeout = TimeSpan.FromSeconds(1),
            Path = "/".PadRight(pathLength, 'p'),
            Port = port,
            Threshold = threshold,
        };
        var assignment = new Assignment(default, default, "10.0.0.1", [kpi], []);
        var wire = WireKpis.Write(assignment);

        if (AssignmentCheck.Refusal(assignment, out _) is null)
        {
            Text(WireKpis.Read(wire)).ShouldBe(Text(assignment));
        }
        else
        {
            Should.Throw<LinkFormatException>(() => WireKpis.Read(wire));
        }
    }

    [Fact]
    public void A_long_reason_is_cut_so_that_it_does_not_cost_the_session()
    {
        var sent = new AgentMessage.SetResult(
            1, [new SetOutcome(default, default, new string('x', 2 * LinkLimits.TextLength))]);

        var read = AgentMessageCodec.Read(AgentMessageCodec.Write(new(default, sent)));

        ((AgentMessage.SetResult)read.Message).Outcomes[0].Refusal!.Length.ShouldBe(LinkLimits.TextLength);
    }

    [Fact]
    public void Secrets_are_not_printed()
    {
        new AgentMessage.Hello("d", "s3cret", "s3cret", "s", 1, "1", default).ToString().ShouldNotContain("s3cret");
    }

    private static Gen<ImmutableArray<T>> Few<T>(Gen<T> gen) =>
        gen.Array[0, 5].Select(array => array.ToImmutableArray());

    private static string Text(object message) => JsonSerializer.Serialize(message, message.GetType());
}
