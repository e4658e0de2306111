using Simulation.Machines;
using Simulation.Scheduling;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents;

namespace Simulation.Network;

/// <summary>Dials the manager over the simulated network.</summary>
internal sealed class SimulatedDialer(World world, Node node, string agent) : ILinkDialer
{
    public async Task<ILink> DialAsync(CancellationToken cancellationToken)
    {
        // The question where the link listens, and the connection: two ways there and back.
        for (var way = 0; way < 4; way++)
        {
            if (world.Net.IsApart(agent))
            {
                await Task.Delay(LinkLimits.ConnectWait, node.Clock, cancellationToken);
                throw new LinkBrokenException("no answer");
            }

            await Task.Delay(world.Net.Latency(agent), node.Clock, cancellationToken);
        }

        var server = world.Server;
        if (!server.IsListening)
        {
            throw new LinkBrokenException("connection refused");
        }

        SimulatedLink? link = null;
        link = new SimulatedLink(world.Scheduler, world.Net, node, server.Node, agent)
        {
            Came = sent => Came(server, link!, sent),
            Given = message => Given(link!, message),
            Hears = world.Settings.Fault?.InLink ?? (message => message),
        };
        link.OpenAtAgent();
        server.Accept(link);
        return link;
    }

    private void Came(ServerMachine server, SimulatedLink link, Enveloped<AgentMessage> sent) => world.Counters.Came(
        agent, sent.Message, link, server.Get<AgentDirectory>().Known(agent)?.Session?.Id == sent.Session);

    private void Given(SimulatedLink link, ServerMessage message)
    {
        switch (message)
        {
            case ServerMessage.SetRequest set:
                world.Counters.Given(agent, set.Assignments);
                break;
            case ServerMessage.UnsetRequest unset:
                world.Counters.Answers.Asked(link, unset.Request);
                break;
            case ServerMessage.Difference difference:
                world.Counters.Given(agent, difference.ToSet);
                break;
        }
    }
}
