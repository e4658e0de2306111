using System.Globalization;
using System.Text.RegularExpressions;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>A condition on an input's value (TOSCA <c>constraints</c>).</summary>
internal abstract record InputConstraint
{
    private InputConstraint()
    {
    }

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public abstract string? Objection(string value);

    /// <summary>A number, or a text's length, between two bounds.</summary>
    internal sealed record Between(double Least, double Most, bool OfLength, bool IsOpen) : InputConstraint
    {
        public override string? Objection(string value)
        {
            var number = OfLength ? value.Length : double.Parse(value, CultureInfo.InvariantCulture);
            var holds = IsOpen ? number > Least && number < Most : number >= Least && number <= Most;
            return holds ? null : $"{(OfLength ? "length" : "value")} {number} is not {Range}";
        }

        private string Range => (double.IsInfinity(Least), double.IsInfinity(Most)) switch
        {
            (true, _) => $"{(IsOpen ? "less than" : "at most")} {Most}",
            (_, true) => $"{(IsOpen ? "greater than" : "at least")} {Least}",
            _ => $"from {Least} to {Most}",
        };
    }

    /// <summary>One of some values.</summary>
    internal sealed record OneOf(ImmutableArray<string> Values) : InputConstraint
    {
        public override string? Objection(string value) => Values.Contains(value)
            ? null
            : $"'{Excerpt.Of(value)}' is none of {Excerpt.Of(string.Join(", ", Values))}";
    }

    /// <summary>A regular expression that the whole text matches; run without backtracking, so it can't hang.</summary>
    internal sealed record Pattern(Regex Expression) : InputConstraint
    {
        public override string? Objection(string value) => Expression.Match(value) is { Success: true, Index: 0 } match
            && match.Length == value.Length
                ? null
                : $"'{Excerpt.Of(value)}' does not match {Excerpt.Of(Expression.ToString())}";
    }
}
