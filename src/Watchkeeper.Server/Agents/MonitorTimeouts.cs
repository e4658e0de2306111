namespace Watchkeeper.Server.Agents;

/// <summary>How long agents' answers are waited for, and how long a VM without a judge may sleep.</summary>
/// <param name="Unset">The wait for the answer to an unset (<c>monitorMigration.unsetTimeout</c>).</param>
/// <param name="Set">The wait for the answer to a set (<c>monitorMigration.setTimeout</c>).</param>
/// <param name="UnsetHold">How long an agent keeps an unset monitor asleep (<c>monitorMigration.unsetHold</c>).</param>
internal sealed record MonitorTimeouts(TimeSpan Unset, TimeSpan Set, TimeSpan UnsetHold);
