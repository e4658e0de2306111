using CsCheck;
using Google.Protobuf;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Wire = Watchkeeper.Monitoring.Protocol.Wire;

namespace Monitoring.Tests.Protocol;

/// <summary>
/// Whatever comes over the link, it is a message or a clear refusal of it, and never another exception.
/// </summary>
public sealed class LinkFuzzTests
{
    // Right in form, wrong in sense: fields of the right numbers with whatever they could hold, to four levels.
    private static readonly Gen<byte[]> Forms = Message(4);

    [Fact]
    public void Random_bytes_from_an_agent_are_a_message_or_are_refused() =>
        Fuzz.Run(Gen.OneOf(Gen.Byte.Array[0, 200], Forms), 8_000, ReadAgents);

    [Fact]
    public void Random_bytes_from_the_manager_are_a_message_or_are_refused() =>
        Fuzz.Run(Gen.OneOf(Gen.Byte.Array[0, 200], Forms), 8_000, ReadManagers);

    [Fact]
    public void A_message_of_random_values_is_read_or_is_refused()
    {
        var agents = Gen.Int.Select(seed => new AnyMessage(new Random(seed)).Filled(new Wire.AgentEnvelope()));
        var managers = Gen.Int.Select(seed => new AnyMessage(new Random(seed)).Filled(new Wire.ServerEnvelope()));
        var read = 0;
        Fuzz.Run(agents, 8_000, wire => Read(() =>
        {
            AgentMessageCodec.Write(AgentMessageCodec.Read(wire)).ShouldBe(wire, "what was read is what was sent");
            read++;
        }));
        Fuzz.Run(managers, 8_000, wire => Read(() =>
        {
            ServerMessageCodec.Write(ServerMessageCodec.Read(wire)).ShouldBe(wire, "what was read is what was sent");
            read++;
        }));
        read.ShouldBeGreaterThan(1_000, "not everything is refused");
    }

    [Fact]
    public void A_message_with_random_bytes_changed_is_another_or_is_refused()
    {
        var hello = AgentMessageCodec.Write(new(
            Guid.Empty,
            new AgentMessage.Hello("dmona1", "token", null, "site", 8_000, "1.0", new Guid(1, 2, 3, new byte[8]))))
            .ToByteArray();
        var set = ServerMessageCodec.Write(new(new Guid(9, 9, 9, new byte[8]), new ServerMessage.SetRequest(
            7, [new Assignment(new TargetId(new Guid(1, 1, 1, new byte[8])), new AssignmentEpoch(3), "127.64.0.1", [], [
                ])])))
            .ToByteArray();
        var changes = Gen.Select(Gen.Int[0, 1_000], Gen.Byte).Array[1, 6];
        Fuzz.Run(changes, 5_000, change => ReadAgents(Changed(hello, change)));
        Fuzz.Run(changes, 5_000, change => ReadManagers(Changed(set, change)));
    }

    private static Gen<byte[]> Message(int depth)
    {
        var value = Gen.OneOf(
            Gen.ULong.Select(number => Field(0, Varint(number))),
            Gen.ULong[0, 3].Select(number => Field(0, Varint(number))),
            Gen.Byte.Array[8].Select(bytes => Field(1, bytes)),
            Gen.OneOf(
                Gen.Byte.Array[16], Gen.Byte.Array[0, 20], Gen.String.Select(System.Text.Encoding.UTF8.GetBytes),
                Gen.OneOf<string>("127.0.0.1", "::1", "VM_ALIVE", "/").Select(System.Text.Encoding.UTF8.GetBytes),
                depth > 1 ? Message(depth - 1) : Gen.Byte.Array[0, 4])
                .Select(bytes => Field(2, [.. Varint((ulong)bytes.Length), .. bytes])));
        return Gen.Select(Gen.Int[1, 16], value, (number, field) => field(number)).Array[0, 6]
            .Select(fields => fields.SelectMany(field => field).ToArray());
    }

    private static Func<int, byte[]> Field(int type, byte[] value) =>
        number => [.. Varint((ulong)((number << 3) | type)), .. value];

    private static byte[] Varint(ulong number)
    {
        var bytes = new List<byte>();
        for (; number >= 0x80; number >>= 7)
        {
            bytes.Add((byte)(number | 0x80));
        }

        return [.. bytes, (byte)number];
    }

    private static byte[] Changed(byte[] message, (int At, byte Value)[] changes)
    {
        var changed = message.ToArray();
        foreach (var (at, value) in changes)
        {
            changed[at % changed.Length] = value;
        }

        return changed;
    }

    private static void ReadAgents(byte[] bytes) => Read(() =>
    {
        var message = AgentMessageCodec.Read(Wire.AgentEnvelope.Parser.ParseFrom(bytes));
        var again = AgentMessageCodec.Read(AgentMessageCodec.Write(message));
        AgentMessageCodec.Write(again).ShouldBe(AgentMessageCodec.Write(message));
    });

    private static void ReadManagers(byte[] bytes) => Read(() =>
    {
        var message = ServerMessageCodec.Read(Wire.ServerEnvelope.Parser.ParseFrom(bytes));
        var again = ServerMessageCodec.Read(ServerMessageCodec.Write(message));
        ServerMessageCodec.Write(again).ShouldBe(ServerMessageCodec.Write(message));
        if (message.Message is ServerMessage.SetRequest set)
        {
            foreach (var assignment in set.Assignments)
            {
                (AssignmentCheck.Refusal(assignment, out var endpoint) is null).ShouldBe(endpoint is not null
                    && !assignment.Kpis.IsEmpty && AssignmentCheck.Refusal(assignment, out _) is null);
            }
        }
    });

    private static void Read(Action read)
    {
        try
        {
            read();
        }
        catch (LinkFormatException refused)
        {
            refused.Message.ShouldNotBeEmpty();
        }
        catch (InvalidProtocolBufferException refused)
        {
            // The transport answers these: the bytes are no message of the protocol at all.
            refused.Message.ShouldNotBeEmpty();
        }
    }
}
