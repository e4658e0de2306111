using System.ComponentModel.DataAnnotations;

namespace Watchkeeper.Server.Operations.Terminate;

/// <summary>How a VNF is to end (SOL003 <c>TerminateVnfRequest</c>).</summary>
/// <remarks>The body as the OpenAPI document describes it; it is read by <see cref="TerminateRequest"/>.</remarks>
/// <param name="TerminationType"><c>FORCEFUL</c>, or <c>GRACEFUL</c>: each VM is asked to end, and has its time for
/// it.</param>
/// <param name="GracefulTerminationTimeout">Seconds that a VM has with <c>GRACEFUL</c>, 0 to 86400, which is also meant
/// when it is absent.</param>
internal sealed record TerminateShape([property: Required] string TerminationType, int? GracefulTerminationTimeout);
