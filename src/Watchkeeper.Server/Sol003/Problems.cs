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

    public static IResult Of(Fault fault) => new Answer(fault);

    public static Task WriteAsync(HttpContext context, Fault fault) => Of(fault).ExecuteAsync(context);

    private sealed class Answer(Fault fault) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => fault.Status;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (fault.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            {
                // Seconds: what stands in the way may be over by then (RFC 9110 10.2.3).
                httpContext.Response.Headers.RetryAfter = "1";
            }

            return Results.Json(ProblemBody.Of(fault), Sol003Json.Default.ProblemBody, MediaType, fault.Status)
                .ExecuteAsync(httpContext);
        }
    }
}
