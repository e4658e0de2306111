using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Operations.Terminate;

/// <summary>A terminate request (SOL003 <c>TerminateVnfRequest</c>) as far as this VNFM acts on it.</summary>
internal static class TerminateRequest
{
    /// <summary>
    /// The longest <c>gracefulTerminationTimeout</c>, and how long a graceful termination without one waits.
    /// </summary>
    public static readonly TimeSpan LongestGrace = TimeSpan.FromDays(1);

    private const string Timeout = "gracefulTerminationTimeout";

    /// <summary>What is wrong with a body; null when nothing is.</summary>
    public static Fault? Objection(JsonElement body)
    {
        if (!body.TryGetProperty("terminationType", out var type)
            || type.ValueKind != JsonValueKind.String
            || type.GetString() is not ("FORCEFUL" or "GRACEFUL"))
        {
            return RequestFaults.Attribute("terminationType", "FORCEFUL or GRACEFUL is wanted");
        }

        return body.TryGetProperty(Timeout, out var timeout)
            && (timeout.ValueKind != JsonValueKind.Number
                || !timeout.TryGetInt32(out var seconds)
                || seconds < 0
                || seconds > LongestGrace.TotalSeconds)
            ? RequestFaults.Attribute(
                Timeout, $"a whole number of seconds from 0 to {LongestGrace.TotalSeconds} is wanted")
            : null;
    }

    /// <summary>The terms on which the VMs are removed: asked gracefully, each has its time to end by itself.</summary>
    public static RemovalTerms Terms(VnfLcmOpOcc operation)
    {
        var terms = RemovalTerms.Of(operation);
        return terms with { OnBehalf = terms.OnBehalf! with { Grace = GraceOf(operation.Parameters!.Value) } };
    }

    private static TimeSpan? GraceOf(JsonElement body) =>
        body.GetProperty("terminationType").GetString() != "GRACEFUL" ? null
        : body.TryGetProperty(Timeout, out var timeout) ? TimeSpan.FromSeconds(timeout.GetInt32())
        : LongestGrace;
}
