using System.Globalization;
using System.Text.Json;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>What an input's value is.</summary>
internal enum InputKind
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,
}

/// <summary>An input of a flavour: what a client may give at instantiation (TOSCA <c>inputs</c>).</summary>
internal sealed record VnfdInput(
    string Name, InputKind Kind, JsonElement? Default, bool IsRequired, ImmutableArray<InputConstraint> Constraints)
{
    /// <summary>Reads a value that was given. Numbers and booleans may come as strings.</summary>
    /// <param name="given">What was given.</param>
    /// <param name="value">The value in the input's own type, when it is right.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public string? TryRead(JsonElement given, out JsonElement value)
    {
        value = default;
        if (given.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True
            or JsonValueKind.False))
        {
            return $"must be {Described}";
        }

        var text = TextOf(given);
        switch (Kind)
        {
            case InputKind.Text:
                value = Lifecycle.Instances.Pairs.Text(text);
                break;

            case InputKind.Boolean when bool.TryParse(text, out var flag):
                value = JsonElement.Parse(flag ? "true" : "false");
                break;

            case InputKind.Integer when long.TryParse(text, CultureInfo.InvariantCulture, out var whole):
                value = JsonElement.Parse(whole.ToString(CultureInfo.InvariantCulture));
                break;

            case InputKind.Number when double.TryParse(text, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number):
                value = JsonElement.Parse(number.ToString("R", CultureInfo.InvariantCulture));
                break;

            default:
                return $"must be {Described}, not '{Excerpt.Of(text)}'";
        }

        var read = TextOf(value);
        return Constraints.Select(constraint => constraint.Objection(read)).FirstOrDefault(why => why is not null);
    }

    /// <summary>A scalar as text, the way settings are read.</summary>
    public static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.GetRawText(),
    };

    private string Described => Kind switch
    {
        InputKind.Text => "a text",
        InputKind.Integer => "a whole number",
        InputKind.Number => "a number",
        InputKind.Boolean => "true or false",
        _ => throw new InvalidOperationException($"Unknown kind {Kind}."),
    };
}
