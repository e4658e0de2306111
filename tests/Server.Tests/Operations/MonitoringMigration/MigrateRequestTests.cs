using System.Text;
using System.Text.Json;
using CsCheck;
using Watchkeeper.Server.Operations.Instantiate;
using Watchkeeper.Server.Operations.MonitoringMigration;
using Watchkeeper.Server.Sol003;

namespace Server.Tests.Operations.MonitoringMigration;

/// <summary>The bodies of migrate requests, right and wrong; and the drills of the service update.</summary>
public sealed class MigrateRequestTests
{
    private static readonly string Long = new('a', 255);

    [Theory]
    [InlineData("""{"monitoring_agent":"dmonaName://dmona1","key":"K"}""", "dmonaName://dmona1", "dmona1")]
    [InlineData("""{"monitoringAgent":"dmona://dmona1","key":"K"}""", "dmona://dmona1", "dmona1")]
    [InlineData("""{"monitoring_agent":"dmona://a","monitoringAgent":"dmona://a","key":"K"}""", "dmona://a", "a")]
    [InlineData("""{"key":"K","monitoring_agent":"dmonaName://local_mona","x":{"y":[1]}}""", "dmonaName://local_mona",
        "local_mona")]
    [InlineData("""{"monitoring_agent":"dmonaName://A.z_0-9","key":"K","Key":7}""", "dmonaName://A.z_0-9", "A.z_0-9")]
    public void Both_spellings_and_both_schemes_are_read_and_the_value_is_kept_as_sent(
        string body, string text, string name)
    {
        MigrateRequest.TryRead(Parsed(body), out var request, out _).ShouldBeTrue();

        request!.MonitoringAgent.ShouldBe(text);
        request.Agent.Name.ShouldBe(name);
        request.Key.ShouldBe("K");
        MigrateRequest.TryRead(request.ToParameters(), out var again, out _).ShouldBeTrue();
        again.ShouldBe(request);
    }

    [Theory]
    [InlineData("{}", "monitoring_agent")]
    [InlineData("""{"key":"K"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"dmona://a"}""", "key")]
    [InlineData("""{"monitoring_agent":7,"key":"K"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":null,"key":"K"}""", "monitoring_agent")]
    [InlineData("""{"monitoringAgent":["dmona://a"],"key":"K"}""", "monitoringAgent")]
    [InlineData("""{"monitoring_agent":"dmona://a","key":true}""", "key")]
    [InlineData("""{"monitoring_agent":"dmona://a","key":null}""", "key")]
    [InlineData("""{"monitoring_agent":"dmona://a","key":""}""", "key")]
    [InlineData("""{"monitoring_agent":"","key":"K"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"dmona1","key":"K"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"http://dmona1","key":"K"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"DMONA://dmona1","key":"K"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":" dmona://a","key":"K"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"dmona://","key":"K"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"dmona://a b","key":"K"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"dmona://ä","key":"K"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"dmona://a","monitoringAgent":"dmona://b","key":"K"}""", "monitoringAgent")]
    [InlineData("""{"monitoring_agent":"dmona://a","monitoringAgent":"dmonaName://a","key":"K"}""", "monitoringAgent")]
    public void What_is_wrong_is_a_422_that_names_the_attribute(string body, string attribute)
    {
        MigrateRequest.TryRead(Parsed(body), out _, out var whyNot).ShouldBeFalse();

        var fault = MigrationFaults.NotWellFormed(whyNot!);
        fault.Status.ShouldBe(422);
        fault.Detail.ShouldContain(attribute);
    }

    [Fact]
    public void Names_and_keys_have_255_characters_at_most()
    {
        MigrateRequest.TryRead(Body($"dmona://{Long}", Long), out _, out _).ShouldBeTrue();

        MigrateRequest.TryRead(Body($"dmona://{Long}a", "K"), out _, out var whyNot).ShouldBeFalse();
        whyNot!.ShouldBe("monitoring_agent: the agent's name is longer than 255 characters.");
        MigrateRequest.TryRead(Body("dmona://a", Long + "a"), out _, out whyNot).ShouldBeFalse();
        whyNot!.ShouldBe("key is longer than 255 characters.");
    }

    [Theory]
    [InlineData("""{"monitoring_agent":"dmona://a","monitoring_agent":"dmona://a","key":"K"}""", 422,
        "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"dmona://a","key":"\ud800"}""", 400, "not Unicode")]
    [InlineData("""["dmona://a"]""", 422, "object")]
    [InlineData("""{"monitoring_agent":""", 400, "not well-formed")]
    public void What_no_request_may_have_is_refused_before(string body, int status, string message)
    {
        var fault = JsonBody.Parse(Encoding.UTF8.GetBytes(body)).Fault.ShouldNotBeNull();

        fault.Status.ShouldBe(status);
        fault.Detail.ShouldContain(message);
    }

    [Fact]
    public void Whatever_is_sent_is_read_or_refused_and_never_throws()
    {
        var text = Gen.OneOf(
            Gen.String, Gen.String[Gen.Char["dmonaName:/._-0\\\"\u0000é"], 0, 30], Gen.Const("dmona://a"),
            Gen.Const("K"));
        var value = Gen.OneOf(
            text.Select(Quoted), Gen.Int.Select(number => $"{number}"), OneOf("null", "true", "[]", "{}", "1e999"));
        var name = Gen.OneOf(
            OneOf("monitoring_agent", "monitoringAgent", "key", "flavourId", "additionalParams"), text);
        Gen.Select(name, value).List[0, 6].Sample(members =>
        {
            var body = "{" + string.Join(",", members.Select(member => $"{Quoted(member.Item1)}:{member.Item2}")) + "}";
            var reading = JsonBody.Parse(Encoding.UTF8.GetBytes(body));
            if (reading.Fault is null)
            {
                var isRead = MigrateRequest.TryRead(reading.Body, out var request, out var whyNot);
                (request is not null).ShouldBe(isRead);
                string.IsNullOrEmpty(whyNot).ShouldBe(isRead);
                (InstantiateRequest.TryRead(reading.Body, out var other) is null).ShouldBe(other is not null);
            }
        });
    }

    [Theory]
    [InlineData(null, null, "- - -", "- - -")]
    [InlineData("none", "none", "- - -", "- - -")]
    [InlineData("fail", null, "before before before", "- - -")]
    [InlineData("fail-after-write:times=2", "fail:times=1", "after after -", "before - -")]
    public void A_drill_fails_as_often_as_it_is_told(string? update, string? rollback, string forward, string backward)
    {
        var drill = ServiceUpdateDrill.Parse(update, rollback);

        Next(drill, isRollback: false).ShouldBe(forward);
        Next(drill, isRollback: true).ShouldBe(backward);
    }

    [Theory]
    [InlineData("explode", null, "drill.serviceUpdate is 'explode'")]
    [InlineData("fail:times=0", null, "drill.serviceUpdate is 'fail:times=0'")]
    [InlineData("fail:times=x", null, "drill.serviceUpdate is 'fail:times=x'")]
    [InlineData(null, "fail-after-write", "drill.rollbackUpdate is 'fail-after-write'")]
    public void A_drill_that_is_none_is_refused_by_name(string? update, string? rollback, string message) =>
        Should.Throw<FormatException>(() =>
            ServiceUpdateDrill.Parse(update, rollback)).Message.ShouldStartWith(message);

    private static string Next(ServiceUpdateDrill drill, bool isRollback) => string.Join(
        ' ',
        Enumerable.Range(0, 3).Select(_ => drill.Next(isRollback) switch
        {
            (false, _) => "-",
            (true, true) => "after",
            (true, false) => "before",
        }));

    private static JsonElement Body(string agent, string key) =>
        Parsed($$"""{"monitoring_agent":"{{agent}}","key":"{{key}}"}""");

    private static JsonElement Parsed(string body) => JsonElement.Parse(body);

    private static Gen<string> OneOf(params string[] texts) =>
        Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
