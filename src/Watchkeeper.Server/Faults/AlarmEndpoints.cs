using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>The resources <c>alarms</c> and <c>alarms/{id}</c> (SOL003 7.4.2 and 7.4.3).</summary>
internal static class AlarmEndpoints
{
    private const string Ack = "ackState";

    public static void MapAlarms(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup(Links.FaultApi + "/alarms").WithTags("Alarms");
        all.MapGet("", ListAsync)
            .WithQuery(Collections.Parameters)
            .WithSummary("The alarms, open and cleared, filtered and paged")
            .Produces<AlarmResponse[]>();
        all.MapGet("{alarmId}", GetAsync)
            .WithQuery()
            .WithSummary("One alarm")
            .Produces<AlarmResponse>()
            .ProducesProblem(404);
        all.MapPatch("{alarmId}", ChangeAsync)
            .WithQuery()
            .DescribeBody<AlarmModifications>(JsonBody.MergePatch)
            .WithSummary("Acknowledges an alarm, or takes that back")
            .Produces<AlarmModifications>()
            .ProducesProblem(409)
            .ProducesProblem(412);
    }

    private static Task<IResult> ListAsync(HttpContext context, Store store, Links links, PageLimits limits) =>
        Collections.AnswerAsync(
            context,
            new Collection<AlarmRow, AlarmResponse>
            {
                Uri = links.Alarms,
                Fetch = store.AlarmsAsync,
                IdOf = alarm => alarm.Id,
                Represent = (alarms, _, _) => Task.FromResult<ImmutableArray<AlarmResponse>>(
                    [.. alarms.Select(alarm => AlarmResponse.Of(alarm, links))]),
                WithoutDefaultExclusions = full => full,
                Shape = AlarmsJson.Default.AlarmResponse,
            },
            limits);

    private static async Task<IResult> GetAsync(HttpContext context, string alarmId, Store store, Links links)
    {
        if (!Ids.TryRead(alarmId, out var id)
            || await store.FindAlarmAsync(id, context.RequestAborted) is not { } alarm)
        {
            return Problems.Of(RequestFaults.NotFound("alarm"));
        }

        context.Response.Headers.ETag = ETags.Of(alarm.Version);
        return ETags.IsKnown(context.Request, alarm.Version)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Json(AlarmResponse.Of(alarm, links), AlarmsJson.Default.AlarmResponse);
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, string alarmId, AlarmRegister register)
    {
        if (!Ids.TryRead(alarmId, out var id))
        {
            return Problems.Of(RequestFaults.NotFound("alarm"));
        }

        var reading = await JsonBody.ReadAsync(context.Request, JsonBody.MergePatch, context.RequestAborted);
        if ((reading.Fault ?? Objection(reading.Body)) is { } fault)
        {
            return Problems.Of(fault);
        }

        var wanted = reading.Body.GetProperty(Ack).GetString()!;
        switch (await register.AcknowledgeAsync(
            id,
            wanted == AlarmResponse.Acknowledged,
            version => ETags.Hold(context.Request, version),
            context.RequestAborted))
        {
            case Acknowledging.Changed changed:
                context.Response.Headers.ETag = ETags.Of(changed.Version);
                return Results.Json(new AlarmModifications(wanted), AlarmsJson.Default.AlarmModifications);
            case Acknowledging.Refused refused:
                return Problems.Of(refused.Fault);
            case var acknowledging:
                throw new InvalidOperationException($"Unknown answer {acknowledging}.");
        }
    }

    // Nothing else of an alarm is a client's to change, so nothing else is ignored.
    private static Fault? Objection(JsonElement body)
    {
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name != Ack)
            {
                return RequestFaults.Attribute(member.Name, $"only {Ack} of an alarm can be changed");
            }
        }

        var attributes = new Attributes(body);
        if (attributes.Text(Ack, isRequired: true) is { } state
            && state is not (AlarmResponse.Acknowledged or AlarmResponse.Unacknowledged))
        {
            attributes.Refuse(
                Ack, $"'{state}' is none of {AlarmResponse.Acknowledged}, {AlarmResponse.Unacknowledged}");
        }

        return attributes.Fault;
    }
}
