using Microsoft.Extensions.Logging;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Keeps an agent in touch with its manager: joins, and comes back whenever the link breaks.</summary>
/// <remarks>
/// The engine starts paused, with what its file holds, and the agent asks first: run the uplink before the engine.
/// While
/// the manager can't be reached it goes on watching; its engine keeps the latest level of each target, and all levels
/// are
/// told after the next join.
/// </remarks>
public sealed partial class AgentUplink(
    AgentIdentity identity, ILinkedEngine engine, ILinkDialer dialer, UplinkRhythm rhythm,
    ILogger<AgentUplink> logger)
{
    private readonly ResumeGate _gate = new(engine, rhythm.ResumeAfter, rhythm.Time);
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _refusal;
    private int _failures;

    /// <summary>Completes when the agent has joined for the first time and holds what it should.</summary>
    public Task Joined => _joined.Task;

    /// <summary>Runs until it is cancelled, or until the manager refuses an agent that has not joined in this
    /// run.</summary>
    /// <returns>The manager's reason.</returns>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        engine.ClockJumped = _gate.Close;
        _gate.Close();
        await JointLoops.RunAsync(cancellationToken, _gate.RunAsync, ConnectAsync);
        return _refusal ?? throw new InvalidOperationException("The uplink ended without a reason.");
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = await TryOnceAsync(cancellationToken);
            if (_refusal is not null)
            {
                return;
            }

            await Task.Delay(wait, rhythm.Time, cancellationToken);
        }
    }

    private async Task<TimeSpan> TryOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var link = await dialer.DialAsync(cancellationToken);
            if (await RunSessionAsync(link, cancellationToken) is not { } refusal)
            {
                LogClosed(identity.Name);
                return rhythm.BackOff(_failures++);
            }

            LogRefused(identity.Name, refusal);
            if (!_joined.Task.IsCompleted)
            {
                _refusal = refusal;
            }

            return rhythm.RefusedBackOff();
        }
        catch (LinkBrokenException broken)
        {
            LogBroken(identity.Name, broken.Message);
            return rhythm.BackOff(_failures++);
        }
    }

    private Task<string?> RunSessionAsync(ILink link, CancellationToken cancellationToken) =>
        new AgentSession(identity, engine, _gate, link.AgentEnd, rhythm.Time, Settled).RunAsync(cancellationToken);

    private void Settled()
    {
        _failures = 0;
        LogSettled(identity.Name);
        _joined.TrySetResult();
    }

    [LoggerMessage(LogLevel.Information, "Agent {Agent} has joined and holds what it should")]
    private partial void LogSettled(string agent);

    [LoggerMessage(LogLevel.Warning, "The manager closed the link of agent {Agent}")]
    private partial void LogClosed(string agent);

    [LoggerMessage(LogLevel.Warning, "The link of agent {Agent} is down: {Reason}")]
    private partial void LogBroken(string agent, string reason);

    [LoggerMessage(LogLevel.Warning, "The manager refused agent {Agent}: {Reason}")]
    private partial void LogRefused(string agent, string reason);
}
