using System.Text.Json.Serialization.Metadata;

namespace Watchkeeper.Server.Sol003;

/// <summary>How much one page has, and how much is looked at for it.</summary>
/// <param name="Most">The most resources on a page.</param>
/// <param name="Step">How many rows are read at once.</param>
/// <param name="MostScanned">The most rows that are looked at for one page when a filter lets few through.</param>
internal sealed record PageLimits(int Most = 1000, int Step = 500, int MostScanned = 5000);

/// <summary>A collection of resources: what is needed to answer a GET with filter and paging, the same for all of
/// them.</summary>
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
