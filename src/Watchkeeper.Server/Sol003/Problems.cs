using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Sol003;

/// <summary>A fault as clients see it (SOL013 <c>ProblemDetails</c>): always with all four members.</summary>
internal sealed record ProblemBody(string Type, string Title, int Status, string Detail)
{
    public static ProblemBody Of(Fault fault) => new(fault.Type, fault.Title, fault.Status, fault.Detail);
}

/// <summary>Answers with a fault, as <c>application/problem+json</c>.</summary>
internal static class Problems
{
    /// <summary>The media type of every error body (SOL013 6.3).</summary>
    public const string MediaType = "application/problem+json";

    public static IResult Of(Fault fault) =>
        Results.Json(ProblemBody.Of(fault), Sol003Json.Default.ProblemBody, MediaType, fault.Status);

    public static Task WriteAsync(HttpContext context, Fault fault)
    {
        if (fault.Status is 503 or 429)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return Of(fault).ExecuteAsync(context);
    }
}
