using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Operations;

/// <summary>
/// The answer to a request for an operation: 202 without a body, and where its occurrence is (SOL003 5.4.1.2).
/// </summary>
internal static class Accepting
{
    /// <summary>Describes such a request: its body, and what it is answered with.</summary>
    public static RouteHandlerBuilder DescribeOpening<TBody>(this RouteHandlerBuilder route) => route
        .DescribeBody<TBody>()
        .Produces(202)
        .ProducesProblem(404)
        .ProducesProblem(409)
        .ProducesProblem(422)
        .ProducesProblem(503);

    public static IResult Answer(Admission admission, HttpContext context, Links links)
    {
        switch (admission)
        {
            case Admission.Opened(var operation):
                context.Response.Headers.Location = links.Occurrence(operation.Id);
                return Results.StatusCode(StatusCodes.Status202Accepted);

            case Admission.Refused(var fault):
                return Problems.Of(fault);

            default:
                throw new InvalidOperationException($"Unknown admission {admission}.");
        }
    }
}
