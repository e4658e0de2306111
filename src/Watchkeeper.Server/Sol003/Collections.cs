using System.Text.Json;

namespace Watchkeeper.Server.Sol003;

/// <summary>Answers the GET of a collection (SOL013 5.2 and 5.4).</summary>
internal static class Collections
{
    /// <summary>The query parameter with the attribute filter.</summary>
    public const string FilterParameter = "filter";

    /// <summary>The query parameters that every collection knows.</summary>
    public static string[] Parameters => [FilterParameter, PageMarker.Parameter];

    public static async Task<IResult> AnswerAsync<TRow, TItem>(
        HttpContext context, Collection<TRow, TItem> collection, PageLimits limits)
    {
        var filterText = context.Request.Query[FilterParameter].FirstOrDefault();
        AttributeFilter? filter = null;
        if (filterText is not null
            && !AttributeFilter.TryParse(filterText, AttributeNames.Of(collection.Shape), out filter, out var whyNot))
        {
            return Problems.Of(RequestFaults.BadQuery($"The filter is not valid: {whyNot}."));
        }

        var query = $"{context.Request.Path}\n{filterText}";
        Guid? after = null;
        if (context.Request.Query[PageMarker.Parameter].FirstOrDefault() is { } marker
            && !PageMarker.TryRead(marker, query, out after))
        {
            return Problems.Of(RequestFaults.BadQuery(
                $"{PageMarker.Parameter} is not one that was given for this query."));
        }

        var (body, next) = await PageAsync(collection, filter, after, limits, context.RequestAborted);
        if (next is { } last)
        {
            var filterPart = filterText is null ? "" : $"{FilterParameter}={System.Uri.EscapeDataString(filterText)}&";
            context.Response.Headers.Link =
                $"<{collection.Uri}?{filterPart}{PageMarker.Parameter}={PageMarker.Print(last, query)}>; rel=\"next\"";
        }

        return Results.Bytes(body, "application/json");
    }

    private static async Task<(byte[] Body, Guid? Next)> PageAsync<TRow, TItem>(
        Collection<TRow, TItem> collection,
        AttributeFilter? filter,
        Guid? after,
        PageLimits limits,
        CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        var (matched, scanned, isEnd) = (0, 0, false);
        while (!isEnd && matched < limits.Most && scanned < limits.MostScanned)
        {
            var asked = Math.Min(limits.Step, filter is null ? limits.Most - matched : limits.Step);
            var rows = await collection.Fetch(after, asked, cancellationToken);
            var items = await collection.Represent(rows, filter, cancellationToken);
            isEnd = rows.Length < asked;
            for (var i = 0; i < rows.Length; i++)
            {
                if (matched == limits.Most)
                {
                    isEnd = false;
                    break;
                }

                after = collection.IdOf(rows[i]);
                scanned++;
                if (filter is null
                    || filter.Matches(JsonSerializer.SerializeToElement(items[i], collection.Shape)))
                {
                    matched++;
                    JsonSerializer.Serialize(
                        writer, collection.WithoutDefaultExclusions(items[i]), collection.Shape);
                }
            }
        }

        writer.WriteEndArray();
        await writer.FlushAsync(cancellationToken);
        return (buffer.ToArray(), isEnd ? null : after);
    }
}
