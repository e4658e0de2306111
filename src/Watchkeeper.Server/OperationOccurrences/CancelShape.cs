using System.ComponentModel.DataAnnotations;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>How an operation is to be cancelled (SOL003 <c>CancelMode</c>).</summary>
/// <param name="CancelMode"><c>GRACEFUL</c> or <c>FORCEFUL</c>. Either way a step that is under way ends, and does not
/// count.</param>
internal sealed record CancelShape([property: Required] string CancelMode);
