using System.Threading.Channels;
using Watchkeeper.Monitoring.Protocol;

namespace Server.Tests.Agents.Link;

/// <summary>Dials the rig's manager over channels, or a manager that the test plays.</summary>
internal sealed class PipeDialer(LinkRig rig) : ILinkDialer
{
    private readonly List<ChannelWriter<Enveloped<ServerMessage>>> _links = [];

    public int Dials { get; private set; }

    public bool IsDown { get; set; }

    /// <summary>Whether the test plays the manager, with <see cref="FromAgent"/> and <see cref="ToAgent"/>.</summary>
    public bool IsPlayed { get; set; }

    public ChannelReader<Enveloped<AgentMessage>> FromAgent { get; private set; } = null!;

    public ChannelWriter<Enveloped<ServerMessage>> ToAgent => _links[^1];

    public Task<ILink> DialAsync(CancellationToken cancellationToken)
    {
        Dials++;
        if (IsDown)
        {
            throw new LinkBrokenException("down");
        }

        var toServer = Channel.CreateBounded<Enveloped<AgentMessage>>(LinkLimits.Queue);
        var toAgent = Channel.CreateBounded<Enveloped<ServerMessage>>(LinkLimits.Queue);
        FromAgent = toServer.Reader;
        _links.Add(toAgent.Writer);
        if (!IsPlayed)
        {
            _ = rig.Gate.ServeAsync(new(toServer.Reader, toAgent.Writer), cancellationToken);
        }

        return Task.FromResult<ILink>(new PipeLink(new(toAgent.Reader, toServer.Writer)));
    }

    /// <summary>The network goes: both directions of the last link end.</summary>
    public void Cut() => rig.Do(() =>
    {
        ToAgent.TryComplete(new LinkBrokenException("cut"));
        return 0;
    });

    private sealed class PipeLink(LinkEnd<ServerMessage, AgentMessage> end) : ILink
    {
        public LinkEnd<ServerMessage, AgentMessage> AgentEnd => end;

        public ValueTask DisposeAsync()
        {
            end.ToSend.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
