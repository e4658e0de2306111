using System.Net;
using System.Text.Json;
using Server.Tests.Sol003;
using Server.Tests.Storage;
using Watchkeeper.Server.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Server.Tests.Events;

public sealed class EventTests
{
    private const string All = "/vnflcm/v2/ext/events";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_are_listed_after_an_id_and_of_one_instance()
    {
        await using var rig = await ApiRig.StartAsync();
        await StoreAsync(rig, (1, 1), (2, 2), (3, 1));
        var all = await ListAsync(rig, All);
        all.Select(e => e.GetProperty("detail").GetString()).ShouldBe(["event 1", "event 2", "event 3"]);
        all[0].GetRawText().ShouldBe(
            "{'id':1,'time':'2026-05-01T12:01:00.123Z','type':'SERVICE_UPDATED','status':'SUCCESS',"
            .Replace('\'', '"')
            + $"\"vnfInstanceId\":\"{Samples.Id(1)}\",\"vnfcInstanceId\":\"{Samples.Id(1)}\","
            + $"\"vnfLcmOpOccId\":\"{Samples.Id(2)}\",\"agent\":\"dmona1\",\"epoch\":3,\"detail\":\"event 1\"}}");
        (await ListAsync(rig, $"{All}?after=2")).Count.ShouldBe(1);
        (await ListAsync(rig, $"{All}?vnfInstanceId={Samples.Id(1)}")).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("?after=x")]
    [InlineData("?after=-1")]
    [InlineData("?vnfInstanceId=x")]
    [InlineData("?before=1")]
    public async Task A_query_that_can_not_be_read_is_a_400(string query)
    {
        await using var rig = await ApiRig.StartAsync();
        using var answer = await rig.SendAsync("GET", All + query);
        await ApiRig.ProblemAsync(answer, 400);
    }

    [Fact]
    public async Task A_stream_goes_on_where_the_reader_was_and_then_lives_until_the_server_stops()
    {
        await using var rig = await ApiRig.StartAsync();
        await StoreAsync(rig, (1, 1), (2, 1));
        using var request = new HttpRequestMessage(HttpMethod.Get, All);
        request.Headers.Add("Accept", "text/event-stream");
        request.Headers.Add("Last-Event-ID", "1");
        using var answer = await rig.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        (await NextAsync(reader)).ShouldBe("id: 2");
        await StoreAsync(rig, (3, 1));
        (await NextAsync(reader)).ShouldBe("id: 3");
        rig.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        (await NextAsync(reader)).ShouldBeNull();
    }

    private static async Task<string?> NextAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            if (line.StartsWith("id:", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return null;
    }

    private static async Task StoreAsync(ApiRig rig, params (int Number, int Instance)[] events)
    {
        foreach (var (number, instance) in events)
        {
            await rig.Store.CommitAsync([EventTable.Append(Samples.Event(number, instance))], Token);
        }
    }

    private static async Task<List<JsonElement>> ListAsync(ApiRig rig, string path)
    {
        using var answer = await rig.SendAsync("GET", path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return [.. JsonElement.Parse(await answer.Content.ReadAsStringAsync(Token)).EnumerateArray()];
    }
}
