using System.Text;
using CsCheck;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Operations.MonitoringMigration;
using Watchkeeper.Server.Sol003;

namespace Server.Tests.Operations.MonitoringMigration;

/// <summary>Whatever body comes to the migrate resource, it is a request or a clear refusal.</summary>
public sealed class MigrateRequestFuzzTests
{
    private static readonly Gen<string> Pieces = Gen.OneOf(
        Gen.OneOf<string>(
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\"monitoring_agent\":", "\"monitoringAgent\":", "\"key\":",
            "\"dmonaName://dmona1\"", "\"dmona://dmona1\"", "\"KEY\"", "\"\"", "null", "true", "1e999", "-0", "0x1",
            "\"\\ud800\"", "\"\\u0000\"", "\"\\u006bey\":", "\ufeff", "\0", "//", "/* */", "NaN", "\n", "\u2028", " "),
        Gen.String);

    private static readonly Gen<string> Members = Gen.Select(
        Gen.OneOf<string>("monitoring_agent", "monitoringAgent", "key", "\\u006bey", "other"),
        Gen.OneOf<string>(
            "\"dmonaName://dmona1\"", "\"dmona://dmona1\"", "\"dmonaName://dmona2\"", "\"KEY\"", "\"\"", "1", "null",
            "{\"a\":[]}", "\"\\ud83d\\ude00\"", "\"" + new string('k', 256) + "\""),
        (name, value) => $"\"{name}\":{value}");

    [Fact]
    public void Random_pieces_of_JSON_are_a_request_or_are_refused() =>
        Fuzz.Run(Pieces.Array[0, 12], 20_000, pieces => Read(Encoding.UTF8.GetBytes(string.Concat(pieces))));

    [Fact]
    public void Random_members_are_a_request_or_are_refused() =>
        Fuzz.Run(Members.Array[0, 5], 20_000, members =>
            Read(Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}")));

    [Fact]
    public void Random_bytes_are_refused() => Fuzz.Run(Gen.Byte.Array[0, 300], 2_000, Read);

    private static void Read(byte[] body)
    {
        var reading = JsonBody.Parse(body);
        if (reading.Fault is { } fault)
        {
            fault.Status.ShouldBeOneOf(400, 422);
            fault.Detail.ShouldNotBeNullOrEmpty();
            return;
        }

        if (!MigrateRequest.TryRead(reading.Body, out var request, out var whyNot))
        {
            whyNot.ShouldNotBeNullOrEmpty();
            return;
        }

        request.Key.Length.ShouldBeInRange(1, MigrateRequest.LongestKey);
        AgentAddress.IsName(request.Agent.Name).ShouldBeTrue();
        MigrateRequest.TryRead(request.ToParameters(), out var again, out _).ShouldBeTrue();
        again.ShouldBe(request);
    }
}
