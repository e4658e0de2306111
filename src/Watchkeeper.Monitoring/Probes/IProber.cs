using System.Net;
using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>Asks targets on behalf of the engine. The one seam to the network: a simulation puts its own here.</summary>
public interface IProber
{
    /// <summary>Sends a question and returns at once; the answer goes to the listener, from any thread, also within this call.</summary>
    /// <remarks>
    /// Called by the engine's loop only, after <see cref="RunAsync"/> was. A question that is no longer awaited when its turn
    /// comes must not be sent. ICMP questions may stay unanswered: the engine's wheel keeps their deadline.
    /// </remarks>
    void Ask(in ProbeQuestion question);

    /// <summary>Runs what answers need (receivers, workers) until it is cancelled.</summary>
    Task RunAsync(IProbeListener listener, CancellationToken cancellationToken);
}

/// <summary>Hears the answers of a prober.</summary>
public interface IProbeListener
{
    /// <summary>An answer came. One that is not awaited any more is ignored.</summary>
    void Answered(int slot, uint generation, ProbeAnswer answer);

    /// <summary>Whether somebody still waits for the answer to this question.</summary>
    bool IsAwaited(int slot, uint generation);
}

/// <summary>One question to one target.</summary>
/// <param name="Slot">Where the answer belongs.</param>
/// <param name="Generation">Which question of that slot it is; never the same twice within four thousand million.</param>
/// <param name="Endpoint">Whom to ask.</param>
/// <param name="Kpi">What to ask.</param>
/// <param name="Timeout">How long an answer is waited for.</param>
public readonly record struct ProbeQuestion(
    int Slot, uint Generation, ProbeEndpoint Endpoint, Kpi Kpi, TimeSpan Timeout);

/// <summary>A target's address, made ready once so that no probe needs to.</summary>
public sealed class ProbeEndpoint
{
    /// <param name="address">The address that is probed.</param>
    public ProbeEndpoint(IPAddress address)
    {
        Address = address;
        Raw = new IPEndPoint(address, 0).Serialize();
    }

    /// <summary>The address.</summary>
    public IPAddress Address { get; }

    /// <summary>The same as the kernel wants it, with port 0.</summary>
    internal SocketAddress Raw { get; }
}
