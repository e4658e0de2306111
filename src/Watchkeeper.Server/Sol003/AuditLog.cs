namespace Watchkeeper.Server.Sol003;

/// <summary>One line per changing request: when, who, what, how it ended, and the occurrence it led to.</summary>
internal sealed partial class AuditLog(ILogger<AuditLog> logger, TimeProvider time)
{
    public void Answered(HttpContext context)
    {
        // GET changes something in the source document's form of the migration only: then it is answered with 202.
        var status = context.Response.StatusCode;
        var method = context.Request.Method;
        if ((HttpMethods.IsGet(method) && status != StatusCodes.Status202Accepted)
            || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method))
        {
            return;
        }

        var connection = context.Connection;
        LogAnswered(
            UtcMilliseconds.Print(time.GetUtcNow()),
            $"{connection.RemoteIpAddress}:{connection.RemotePort}",
            method,
            context.Request.Path.ToUriComponent(),
            status,
            OccurrenceIn(context.Response.Headers.Location.ToString()) ?? "-");
    }

    private static string? OccurrenceIn(string location)
    {
        const string Resource = "/vnf_lcm_op_occs/";
        var at = location.LastIndexOf(Resource, StringComparison.Ordinal);
        return at < 0 ? null : location[(at + Resource.Length)..];
    }

    [LoggerMessage(LogLevel.Information, "{Time} {Peer} {Method} {Path} answered {Status}, occurrence {OperationId}")]
    private partial void LogAnswered(
        string time, string peer, string method, string path, int status, string operationId);
}
