using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Watchkeeper.Server.Sol003;

/// <summary>The syntax of attribute filters: <c>(op,attr[/attr]*,value[,value]*)[;…]</c>.</summary>
internal static class FilterSyntax
{
    /// <summary>The longest filter, in characters.</summary>
    public const int Longest = 4096;

    /// <summary>The most expressions in one filter.</summary>
    public const int MostTerms = 32;

    /// <summary>The most values in one expression.</summary>
    public const int MostValues = 128;

    /// <summary>The longest path, in segments.</summary>
    public const int LongestPath = 16;

    private static readonly char[] EndOfText = [',', ')'];

    /// <summary>Reads the expressions of a filter.</summary>
    public static bool TryRead(
        string text, out ImmutableArray<FilterTerm> terms, [NotNullWhen(false)] out string? whyNot)
    {
        terms = [];
        whyNot = text.Length > Longest ? $"it is longer than {Longest} characters" : null;
        var read = ImmutableArray.CreateBuilder<FilterTerm>();
        var at = 0;
        while (whyNot is null)
        {
            if (read.Count == MostTerms)
            {
                whyNot = $"it has more than {MostTerms} expressions";
                break;
            }

            if (!TryReadTerm(text, ref at, out var term, out whyNot))
            {
                break;
            }

            read.Add(term);
            if (at == text.Length)
            {
                break;
            }

            whyNot = text[at++] == ';' ? null : $"';' is expected at character {at}";
        }

        terms = read.ToImmutable();
        return whyNot is null;
    }

    private static bool TryReadTerm(
        string text, ref int at, [NotNullWhen(true)] out FilterTerm? term, [NotNullWhen(false)] out string? whyNot)
    {
        term = null;
        if (at == text.Length || text[at] != '(')
        {
            whyNot = $"'(' is expected at character {at + 1}";
            return false;
        }

        at++;
        var parts = new List<string>();
        do
        {
            if (!TryReadPart(text, ref at, canBeQuoted: parts.Count >= 2, out var part, out whyNot))
            {
                return false;
            }

            parts.Add(part);
            if (parts.Count > MostValues + 2)
            {
                whyNot = $"an expression has more than {MostValues} values";
                return false;
            }
        }
        while (text[at++] == ',');

        return TryMakeTerm(parts, out term, out whyNot);
    }

    // Reads up to the next ',' or ')', which stays unread.
    private static bool TryReadPart(
        string text,
        ref int at,
        bool canBeQuoted,
        [NotNullWhen(true)] out string? part,
        [NotNullWhen(false)] out string? whyNot)
    {
        part = null;
        whyNot = "an expression is not closed by ')'";
        if (at < text.Length && text[at] == '\'' && canBeQuoted)
        {
            part = ReadQuoted(text, ref at);
            whyNot = part is null ? "a quoted value is not closed"
                : at < text.Length && EndOfText.Contains(text[at]) ? null
                : $"',' or ')' is expected at character {at + 1}";
            return whyNot is null;
        }

        var end = text.IndexOfAny(EndOfText, at);
        if (end < 0)
        {
            return false;
        }

        part = text[at..end];
        at = end;
        whyNot = part.Contains('\'') ? "a value with a quote must be quoted, with the quote doubled" : null;
        return whyNot is null;
    }

    private static string? ReadQuoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '\'')
            {
                value.Append(text[at]);
                continue;
            }

            if (at + 1 == text.Length || text[at + 1] != '\'')
            {
                at++;
                return value.ToString();
            }

            value.Append('\'');
            at++;
        }

        return null;
    }

    private static bool TryMakeTerm(
        List<string> parts, [NotNullWhen(true)] out FilterTerm? term, [NotNullWhen(false)] out string? whyNot)
    {
        term = null;
        if (parts.Count < 3)
        {
            whyNot = "an expression has an operator, an attribute and a value";
            return false;
        }

        if (OperatorOf(parts[0]) is not { } filterOperator)
        {
            whyNot = $"there is no operator '{parts[0]}'";
            return false;
        }

        ImmutableArray<string> path = [.. parts[1].Split('/').Select(Unescape)];
        whyNot = path.Length > LongestPath || path.Any(segment => segment.Length == 0)
            ? $"'{parts[1]}' is no attribute path"
            : !TakesMany(filterOperator) && parts.Count > 3 ? $"{parts[0]} takes one value"
            : null;
        term = whyNot is null ? new FilterTerm(filterOperator, path, [.. parts.Skip(2)]) : null;
        return term is not null;
    }

    private static bool TakesMany(FilterOperator filterOperator) =>
        filterOperator is FilterOperator.In or FilterOperator.Nin or FilterOperator.Cont or FilterOperator.Ncont;

    private static FilterOperator? OperatorOf(string text) => text switch
    {
        "eq" => FilterOperator.Eq,
        "neq" => FilterOperator.Neq,
        "in" => FilterOperator.In,
        "nin" => FilterOperator.Nin,
        "gt" => FilterOperator.Gt,
        "gte" => FilterOperator.Gte,
        "lt" => FilterOperator.Lt,
        "lte" => FilterOperator.Lte,
        "cont" => FilterOperator.Cont,
        "ncont" => FilterOperator.Ncont,
        _ => null,
    };

    // SOL013 5.2.2: ~1 is '/', ~a is ',', ~b is '@', ~0 is '~' itself.
    private static string Unescape(string segment) => segment
        .Replace("~1", "/", StringComparison.Ordinal)
        .Replace("~a", ",", StringComparison.Ordinal)
        .Replace("~b", "@", StringComparison.Ordinal)
        .Replace("~0", "~", StringComparison.Ordinal);
}
