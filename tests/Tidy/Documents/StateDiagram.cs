using System.Text;
using System.Text.Json;
using Watchkeeper.Lifecycle.Operations;

namespace Tidy.Documents;

/// <summary>
/// The state machine as the picture that ARCHITECTURE.md shows: rendered from the table, never drawn.
/// </summary>
internal static class StateDiagram
{
    private const string Begin = "<!-- Rendered from LcmStateMachine.Arrows by Tidy; do not edit. -->\n";
    private const string End = "<!-- End of the rendered part. -->\n";

    /// <summary>The picture, in its fence.</summary>
    public static string Render(IReadOnlyCollection<LcmArrow> arrows)
    {
        var text = new StringBuilder("```mermaid\nstateDiagram-v2\n");
        text.Append("    [*] --> ").Append(Words(LcmOperationState.Starting)).Append('\n');
        foreach (var arrow in arrows)
        {
            text.Append($"    {Words(arrow.From)} --> {Words(arrow.To)}: {Phrase(arrow.Trigger)}\n");
        }

        var ends = arrows.Select(arrow => arrow.To).Distinct().Where(to => arrows.All(next => next.From != to));
        foreach (var end in ends)
        {
            text.Append("    ").Append(Words(end)).Append(" --> [*]\n");
        }

        return text.Append("```\n").ToString();
    }

    /// <summary>The page with the picture in its place.</summary>
    public static string Put(string page, string diagram)
    {
        var begin = page.IndexOf(Begin, StringComparison.Ordinal);
        var end = page.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? string.Concat(page.AsSpan(0, begin + Begin.Length), diagram, page.AsSpan(end))
            : throw new InvalidOperationException($"Put these two lines where the picture belongs: {Begin}{End}");
    }

    // SOL003's own spelling.
    private static string Words(LcmOperationState state) =>
        JsonNamingPolicy.SnakeCaseUpper.ConvertName(state.ToString());

    private static string Phrase(LcmTrigger trigger) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(trigger.ToString()).Replace('_', ' ');
}
