using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents.Link;

/// <summary>Decides who may join under which name: the first key that a name gives is its key.</summary>
internal sealed class AgentAdmission(AgentDirectory directory, JoinToken token, TimeProvider time)
{
    /// <summary>Admits an agent: welcomes it on its session and makes it known; one that has the name is
    /// ended.</summary>
    /// <returns>Why it is refused; null when it is admitted.</returns>
    public Task<string?> AdmitAsync(
        AgentMessage.Hello hello, ServerSession session, CancellationToken cancellationToken) =>
        directory.WithRowsAsync(
            async () =>
            {
                var known = directory.Known(hello.Name)?.Row;
                if (Objection(hello, known) is { } objection)
                {
                    return objection;
                }

                var row = Row(hello, known);
                if (row != known)
                {
                    await directory.Registry.PutAsync(row, cancellationToken);
                }

                // The first message in an empty queue: it always finds room.
                session.TrySend(new ServerMessage.Welcome());
                directory.Join(row, session);
                return null;
            },
            cancellationToken);

    private AgentRow Row(AgentMessage.Hello hello, AgentRow? known) => known is null
        ? new AgentRow(
            hello.Name, hello.Site, hello.Capacity, hello.Software, JoinToken.Hash(hello.Key!), IsDraining: false,
            time.GetUtcNow(), time.GetUtcNow())
        : known with { Site = hello.Site, Capacity = hello.Capacity, Software = hello.Software };

    private string? Objection(AgentMessage.Hello hello, AgentRow? known)
    {
        if (!AgentAddress.IsName(hello.Name))
        {
            // Not repeated: it may be of any characters, and this is logged.
            return "what it calls itself can't name an agent: "
                + $"a name is 1 to {AgentAddress.LongestName} of A-Z a-z 0-9 . _ -";
        }

        if (string.Equals(hello.Name, AgentAddress.LocalName, StringComparison.Ordinal))
        {
            return $"{AgentAddress.LocalName} is the name of the agent inside the manager";
        }

        if (!AgentAddress.IsName(hello.Site))
        {
            return "a site is named by 1 to 255 of A-Z a-z 0-9 . _ -";
        }

        if (hello.Capacity is < 1 or > AgentLimits.LargestCapacity)
        {
            return $"a capacity is 1 to {AgentLimits.LargestCapacity}";
        }

        if (known is not null)
        {
            return hello.Key is { } key && JoinToken.IsHashOf(known.KeyHash.AsSpan(), key)
                ? null
                : $"the name {hello.Name} has a key, and this agent has not shown it; "
                    + "forget the agent while it is offline, and the name is free again";
        }

        if (!token.Is(hello.Token))
        {
            return "the join token is missing or wrong";
        }

        if (!AgentIdentity.IsKey(hello.Key))
        {
            return $"a first join gives the agent's key, {2 * AgentIdentity.KeyBytes} hexadecimal digits";
        }

        return directory.Snapshot().Count > AgentLife.MostAgents
            ? $"{AgentLife.MostAgents} agents are known already"
            : null;
    }
}
