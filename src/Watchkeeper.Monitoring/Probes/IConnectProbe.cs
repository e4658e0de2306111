using System.Net;
using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>Asks one target one question over a connection of its own. Holds no state of targets.</summary>
/// <remarks>The deadline is not its affair: <see cref="ProbeRound"/> cancels it.</remarks>
internal interface IConnectProbe
{
    /// <summary>Asks; throws OperationCanceledException when the token is cancelled.</summary>
    ValueTask<ProbeAnswer> AskAsync(IPAddress address, Kpi kpi, CancellationToken cancellationToken);
}
