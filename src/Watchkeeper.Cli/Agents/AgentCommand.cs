using System.CommandLine;

namespace Watchkeeper.Cli.Agents;

/// <summary><c>wk agent</c>: who watches.</summary>
internal static class AgentCommand
{
    public static Command Create() => Verb.Noun("agent", "Monitoring agents.", ListAgents.Create(), ShowAgent.Create());
}
