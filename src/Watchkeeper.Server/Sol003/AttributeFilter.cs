using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Watchkeeper.Server.Sol003;

/// <summary>The operators of attribute filters (SOL013 5.2.2), spelled as in requests.</summary>
internal enum FilterOperator
{
    Eq,
    Neq,
    In,
    Nin,
    Gt,
    Gte,
    Lt,
    Lte,
    Cont,
    Ncont,
}

/// <summary>One expression of a filter.</summary>
internal sealed record FilterTerm(
    FilterOperator Operator, ImmutableArray<string> Path, ImmutableArray<string> Values)
{
    /// <summary>Whether the resource meets this expression.</summary>
    /// <remarks>
    /// A list meets it if any of its elements does. What is not there meets no positive operator, and every negative
    /// one.
    /// </remarks>
    public bool Matches(JsonElement resource)
    {
        var found = new List<FilterValue>();
        AttributePath.Collect(resource, Path.AsSpan(), found);
        return found.Count == 0
            ? Operator is FilterOperator.Neq or FilterOperator.Nin or FilterOperator.Ncont
            : found.Exists(Matches);
    }

    private bool Matches(FilterValue value) => Operator switch
    {
        FilterOperator.Eq => value.IsEqualTo(Values[0]),
        FilterOperator.Neq => !value.IsEqualTo(Values[0]),
        FilterOperator.In => Values.Any(v => value.IsEqualTo(v)),
        FilterOperator.Nin => !Values.Any(v => value.IsEqualTo(v)),
        FilterOperator.Gt => value.CompareTo(Values[0]) > 0,
        FilterOperator.Gte => value.CompareTo(Values[0]) >= 0,
        FilterOperator.Lt => value.CompareTo(Values[0]) < 0,
        FilterOperator.Lte => value.CompareTo(Values[0]) <= 0,
        FilterOperator.Cont => Values.Any(v => value.Contains(v)),
        FilterOperator.Ncont => !Values.Any(v => value.Contains(v)),
        _ => throw new InvalidOperationException($"Unknown operator {Operator}."),
    };
}

/// <summary>An attribute filter (SOL013 5.2): expressions that a resource must all meet.</summary>
internal sealed class AttributeFilter
{
    private readonly ImmutableArray<FilterTerm> _terms;

    private AttributeFilter(ImmutableArray<FilterTerm> terms) => _terms = terms;

    /// <summary>Reads a filter for resources of a shape.</summary>
    /// <param name="text">The value of the query parameter, decoded.</param>
    /// <param name="names">The attributes that there are.</param>
    /// <param name="filter">The filter, when it is well-formed.</param>
    /// <param name="whyNot">What is wrong with it, when it is not.</param>
    public static bool TryParse(
        string text,
        AttributeNames names,
        [NotNullWhen(true)] out AttributeFilter? filter,
        [NotNullWhen(false)] out string? whyNot)
    {
        filter = null;
        if (!FilterSyntax.TryRead(text, out var terms, out whyNot))
        {
            return false;
        }

        whyNot = terms.Select(term => names.Objection(term.Path)).FirstOrDefault(objection => objection is not null);
        filter = whyNot is null ? new AttributeFilter(terms) : null;
        return filter is not null;
    }

    public bool Matches(JsonElement resource) => _terms.All(term => term.Matches(resource));

    /// <summary>Whether an expression looks into a top-level attribute, which then has to be there to be looked
    /// at.</summary>
    public bool LooksInto(string attribute) => _terms.Any(term => term.Path[0] == attribute);
}
