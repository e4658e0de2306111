namespace Watchkeeper.Server.Sol003;

/// <summary>Which query parameters a resource knows: any other, or one that is there twice, is a 400.</summary>
internal static class Queries
{
    /// <summary>Lets only the named query parameters through, each at most once.</summary>
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder route, params string[] known) => route
        .DescribeQuery(known)
        .AddEndpointFilter(async (invocation, next) =>
        {
            foreach (var (name, values) in invocation.HttpContext.Request.Query)
            {
                if (!known.Contains(name, StringComparer.Ordinal))
                {
                    return Problems.Of(RequestFaults.UnknownQuery(name, known));
                }

                if (values.Count > 1)
                {
                    return Problems.Of(RequestFaults.BadQuery($"The query parameter {name} is there more than once."));
                }
            }

            return await next(invocation);
        });
}
