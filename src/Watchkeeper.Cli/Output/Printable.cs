using System.Globalization;
using System.Text;

namespace Watchkeeper.Cli.Output;

/// <summary>
/// Makes text that others wrote fit for a terminal: names, details and reasons come from servers and packages, and
/// could hold the signs that move the cursor, rename the window, or turn a line round.
/// </summary>
internal static class Printable
{
    private const char Instead = '\uFFFD';

    /// <summary>The text with a mark in place of each sign that a terminal would obey.</summary>
    public static string Of(string text) => text.All(IsHarmless)
        ? text
        : string.Create(text.Length, text, static (signs, from) =>
        {
            for (var i = 0; i < signs.Length; i++)
            {
                signs[i] = IsHarmless(from[i]) ? from[i] : Instead;
            }
        });

    /// <summary>A JSON document with such signs escaped: outside its strings there are none but line ends.</summary>
    public static string Json(string document)
    {
        var text = new StringBuilder(document.Length);
        foreach (var sign in document)
        {
            _ = sign == '\n' || IsHarmless(sign)
                ? text.Append(sign)
                : text.Append("\\u").Append(((int)sign).ToString("X4", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    // Format signs, too: some of them make a line read the other way round.
    private static bool IsHarmless(char sign) => char.GetUnicodeCategory(sign) is not (
        UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
