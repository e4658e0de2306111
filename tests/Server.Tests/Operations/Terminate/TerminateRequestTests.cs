using System.Text.Json;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Operations.Terminate;

namespace Server.Tests.Operations.Terminate;

public sealed class TerminateRequestTests
{
    [Theory]
    [InlineData("""{"terminationType":"FORCEFUL"}""", null)]
    [InlineData("""{"terminationType":"FORCEFUL","gracefulTerminationTimeout":60}""", null)]
    [InlineData("""{"terminationType":"GRACEFUL","gracefulTerminationTimeout":60}""", 60)]
    [InlineData("""{"terminationType":"GRACEFUL","gracefulTerminationTimeout":0}""", 0)]
    [InlineData("""{"terminationType":"GRACEFUL"}""", 86_400)]
    public void A_VM_has_the_time_that_the_client_gives_it(string body, int? seconds)
    {
        var parameters = JsonElement.Parse(body);
        TerminateRequest.Objection(parameters).ShouldBeNull();
        var operation = Samples.Operation(1, 1) with
        {
            Operation = LcmOperationType.Terminate, Parameters = parameters,
        };

        TerminateRequest.Terms(operation).OnBehalf!.Grace.ShouldBe(
            seconds is { } given ? TimeSpan.FromSeconds(given) : null);
    }

    [Theory]
    [InlineData("{}", "terminationType")]
    [InlineData("""{"terminationType":"graceful"}""", "terminationType")]
    [InlineData("""{"terminationType":1}""", "terminationType")]
    [InlineData("""{"terminationType":"GRACEFUL","gracefulTerminationTimeout":-1}""", "gracefulTerminationTimeout")]
    [InlineData("""{"terminationType":"GRACEFUL","gracefulTerminationTimeout":1.5}""", "gracefulTerminationTimeout")]
    [InlineData("""{"terminationType":"GRACEFUL","gracefulTerminationTimeout":"9"}""", "gracefulTerminationTimeout")]
    [InlineData("""{"terminationType":"GRACEFUL","gracefulTerminationTimeout":86401}""", "0 to 86400")]
    public void What_is_wrong_is_named(string body, string message) =>
        TerminateRequest.Objection(JsonElement.Parse(body)).ShouldNotBeNull().Detail.ShouldContain(message);
}
