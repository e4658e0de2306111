using System.Threading.Channels;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents.Link;

/// <summary>Serves the manager's end of every link, whatever carries it: hello, admission, session.</summary>
internal sealed partial class LinkGate(
    AgentAdmission admission, AgentDirectory directory, IAgentEvents events, IIdSource ids, TimeProvider time,
    ILogger<LinkGate> logger)
{
    /// <summary>Serves one link until it breaks, its session is ended, or the manager stops.</summary>
    public async Task ServeAsync(LinkEnd<AgentMessage, ServerMessage> end, CancellationToken cancellationToken)
    {
        ServerSession? session = null;
        var why = "its link broke";
        try
        {
            if (await HelloAsync(end, cancellationToken) is not { } hello)
            {
                return;
            }

            var joining = new ServerSession(ids.Next(), hello.Name, hello.Process, end.ToSend);
            if (await admission.AdmitAsync(hello, joining, cancellationToken) is { } refusal)
            {
                LogRefused(AgentAddress.IsName(hello.Name) ? hello.Name : "without a name", refusal);
                end.ToSend.TryWrite(new(Guid.Empty, new ServerMessage.Refused(refusal)));
                return;
            }

            session = joining;
            LogJoined(hello.Name, hello.Process);
            await new SessionIntake(session, directory, events, time, logger).RunAsync(end, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            why = cancellationToken.IsCancellationRequested ? "its link was cut, or the manager stops" : why;
        }
        catch (Exception ended) when (IsEndOfLink(ended))
        {
            why = ended.Message;
        }
        finally
        {
            end.ToSend.TryComplete();
            if (session is not null)
            {
                Leave(session, why);
            }
        }
    }

    private static bool IsEndOfLink(Exception exception) => exception
        is LinkBrokenException or LinkFormatException or ChannelClosedException or AgentLostException
        or StoreUnavailableException or StoreConflictException;

    private void Leave(ServerSession session, string why)
    {
        session.End(why);

        // Lost already, it said what it holds, and went before it was ONLINE: what was confirmed then is not watched.
        var hasLeftAgain = directory.Known(session.Agent) is { State: AgentState.Offline } known
            && known.Session == session;
        var after = directory.Change(
            session,
            agent => agent.Broken(time.GetTimestamp(), time.GetUtcNow() - time.GetElapsedTime(agent.HeardAt)));
        LogEnded(session.Agent, session.WhyEnded, after?.State);
        if (hasLeftAgain)
        {
            events.Lost(session.Agent);
        }
    }

    private async Task<AgentMessage.Hello?> HelloAsync(
        LinkEnd<AgentMessage, ServerMessage> end, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(LinkLimits.JoinWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var (_, message) = await end.Received.ReadAsync(either.Token);
        return message as AgentMessage.Hello;
    }

    [LoggerMessage(LogLevel.Information, "Agent {Agent} joined, process {Process}")]
    private partial void LogJoined(string agent, Guid process);

    [LoggerMessage(LogLevel.Warning, "Agent {Agent} was refused: {Reason}")]
    private partial void LogRefused(string agent, string reason);

    [LoggerMessage(LogLevel.Information, "A session of agent {Agent} ended: {Reason}; the agent is {State}")]
    private partial void LogEnded(string agent, string? reason, AgentState? state);
}
