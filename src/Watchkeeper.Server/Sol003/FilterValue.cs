using System.Globalization;
using System.Text.Json;

namespace Watchkeeper.Server.Sol003;

/// <summary>A simple value of a resource, compared with the text of a filter in the way its type is compared.</summary>
/// <param name="Kind">Its JSON type.</param>
/// <param name="Text">Its text, as the resource prints it.</param>
internal readonly record struct FilterValue(JsonValueKind Kind, string Text)
{
    public static FilterValue Of(string text) => new(JsonValueKind.String, text);

    public static FilterValue Of(JsonElement value) => new(
        value.ValueKind, value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());

    /// <summary>How this value stands to a text: below, equal, above; null when the two can't be compared.</summary>
    public int? CompareTo(string other) => Kind switch
    {
        JsonValueKind.Number => CompareNumbers(Text, other),
        JsonValueKind.String when TryReadTime(Text, out var mine) && TryReadTime(other, out var theirs) =>
            mine.CompareTo(theirs),
        JsonValueKind.String => string.CompareOrdinal(Text, other),
        _ => null,
    };

    /// <summary>Whether this value equals a text.</summary>
    public bool IsEqualTo(string other) => Kind is JsonValueKind.True or JsonValueKind.False
        ? string.Equals(Text, other, StringComparison.Ordinal)
        : CompareTo(other) == 0;

    public bool Contains(string other) => Text.Contains(other, StringComparison.Ordinal);

    private static int? CompareNumbers(string mine, string other)
    {
        const NumberStyles Style = NumberStyles.Float;
        if (decimal.TryParse(mine, Style, CultureInfo.InvariantCulture, out var exact)
            && decimal.TryParse(other, Style, CultureInfo.InvariantCulture, out var exactOther))
        {
            return exact.CompareTo(exactOther);
        }

        return double.TryParse(mine, Style, CultureInfo.InvariantCulture, out var rough)
            && double.TryParse(other, Style, CultureInfo.InvariantCulture, out var roughOther)
            ? rough.CompareTo(roughOther)
            : null;
    }

    // Times of different precision or offset are the same time (RFC 3339).
    private static bool TryReadTime(string text, out DateTimeOffset time)
    {
        time = default;
        return text.Length is >= 20 and <= 40
            && (text[10] is 'T' or 't')
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }
}
