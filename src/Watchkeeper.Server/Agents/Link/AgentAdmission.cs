using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents.Link;

/// <summary>Decides who may join under which name, and makes the keys.</summary>
internal sealed class AgentAdmission(
    AgentDirectory directory, JoinToken token, Func<byte[]> newSecret, TimeProvider time)
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

                var key = known is null ? Convert.ToHexStringLower(newSecret()) : null;
                var row = Row(hello, known, key);
                if (row != known)
                {
                    await directory.Registry.PutAsync(row, cancellationToken);
                }

                // The first message in an empty queue: it always finds room.
                session.TrySend(new ServerMessage.Welcome(key));
                directory.Join(row, session);
                return null;
            },
            cancellationToken);

    private AgentRow Row(AgentMessage.Hello hello, AgentRow? known, string? key) => known is null
        ? new AgentRow(
            hello.Name, hello.Site, hello.Capacity, hello.Software, JoinToken.Hash(key!), IsDraining: false,
            time.GetUtcNow(), time.GetUtcNow())
        : known with { Site = hello.Site, Capacity = hello.Capacity, Software = hello.Software };

    private string? Objection(AgentMessage.Hello hello, AgentRow? known)
    {
        if (!AgentAddress.IsName(hello.Name))
        {
            return $"'{hello.Name}' can't name an agent: "
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

        if (hello.Capacity is < 1 or > LinkLimits.LargestCapacity)
        {
            return $"a capacity is 1 to {LinkLimits.LargestCapacity}";
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

        return directory.Snapshot().Count > AgentLife.MostAgents
            ? $"{AgentLife.MostAgents} agents are known already"
            : null;
    }
}
