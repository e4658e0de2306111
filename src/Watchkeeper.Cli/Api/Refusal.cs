using System.Text.Json;

namespace Watchkeeper.Cli.Api;

/// <summary>Turns a refusal of the server (ProblemDetails, SOL013 6.3) into one line for people.</summary>
internal static class Refusal
{
    private const int LongestPlainText = 300;

    /// <summary>The refusal as a failure of the command.</summary>
    public static async Task<WkException> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var status = (int)response.StatusCode;
        var why = Detail(text) ?? (text.Length is > 0 and <= LongestPlainText ? text : "the server gave no reason");
        return new WkException($"{status} {response.ReasonPhrase}: {why}") { Status = status };
    }

    private static string? Detail(string text)
    {
        try
        {
            var problem = JsonElement.Parse(text);
            return problem.Text("detail") is { Length: > 0 } detail ? detail
                : problem.Text("title") is { Length: > 0 } title ? title
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
