using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Watchkeeper.Server.Sol003;

/// <summary>How much one page has, and how much is looked at for it.</summary>
/// <param name="Most">The most resources on a page.</param>
/// <param name="Step">How many rows are read at once.</param>
/// <param name="MostScanned">The most rows that are looked at for one page when a filter lets few through.</param>
internal sealed record PageLimits(int Most = 1000, int Step = 500, int MostScanned = 5000);

/// <summary>A collection of resources: what is needed to answer a GET with filter and paging, the same for all of them.</summary>
internal sealed record Collection<TRow, TItem>
{
    /// <summary>The collection's absolute URI.</summary>
    public required string Uri { get; init; }

    /// <summary>Reads rows after an id, in the order of ids, at most so many.</summary>
    public required Func<Guid?, int, CancellationToken, Task<ImmutableArray<TRow>>> Fetch { get; init; }

    public required Func<TRow, Guid> IdOf { get; init; }

    /// <summary>Makes resources of rows, complete as far as the filter looks at them.</summary>
    public required Func<ImmutableArray<TRow>, AttributeFilter?, CancellationToken, Task<ImmutableArray<TItem>>>
        Represent { get; init; }

    /// <summary>Leaves out what a list leaves out when no selector asks for it (SOL013 5.3, exclude_default).</summary>
    public required Func<TItem, TItem> WithoutDefaultExclusions { get; init; }

    public required JsonTypeInfo<TItem> Shape { get; init; }
}

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
