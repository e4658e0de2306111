using Microsoft.Extensions.Logging;
using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Keeps an agent in touch with its manager: joins, and comes back whenever the link breaks.</summary>
/// <remarks>
/// The agent starts paused and asks first. While the manager can't be reached it watches from what it holds; its engine
/// keeps the latest level of each target, and all levels are told after the next join.
/// </remarks>
public sealed partial class AgentUplink(
    AgentIdentity identity, ILinkedEngine engine, HeldAssignments held, ILinkDialer dialer, UplinkRhythm rhythm,
    ILogger<AgentUplink> logger)
{
    private readonly ResumeGate _gate = new(engine, rhythm.ResumeAfter, rhythm.Time);
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _refusal;
    private int _failures;

    /// <summary>Completes when the agent has joined for the first time and holds what it should.</summary>
    public Task Joined => _joined.Task;

    /// <summary>Runs until it is cancelled, or until the manager refuses an agent that has not joined in this run.</summary>
    /// <returns>The manager's reason.</returns>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        engine.Pause();
        engine.ClockJumped = _gate.Close;
        _gate.Close();
        await JointLoops.RunAsync(cancellationToken, _gate.RunAsync, ConnectAsync);
        return _refusal ?? throw new InvalidOperationException("The uplink ended without a reason.");
    }

    // The engine is paused: what it holds is told in the holdings, and watched if nobody can be asked.
    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        foreach (var batch in held.All.Chunk(AgentLimits.BatchSize))
        {
            var outcomes = await DifferenceSets.ApplyAsync(engine, [.. batch], cancellationToken);
            foreach (var outcome in outcomes.Where(outcome => !outcome.IsSet))
            {
                LogNotRestored(outcome.Target, outcome.Refusal);
            }
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await RestoreAsync(cancellationToken);
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

    private async Task<string?> RunSessionAsync(ILink link, CancellationToken cancellationToken)
    {
        var session = new AgentSession(identity, engine, held, _gate, link.AgentEnd, rhythm.Time);
        var running = session.RunAsync(cancellationToken);
        if (await Task.WhenAny(running, session.Settled) == session.Settled)
        {
            _failures = 0;
            LogJoined(identity.Name);
            _joined.TrySetResult();
        }

        return await running;
    }

    [LoggerMessage(LogLevel.Information, "Agent {Agent} joined")]
    private partial void LogJoined(string agent);

    [LoggerMessage(LogLevel.Warning, "The manager closed the link of agent {Agent}")]
    private partial void LogClosed(string agent);

    [LoggerMessage(LogLevel.Warning, "The link of agent {Agent} is down: {Reason}")]
    private partial void LogBroken(string agent, string reason);

    [LoggerMessage(LogLevel.Warning, "The manager refused agent {Agent}: {Reason}")]
    private partial void LogRefused(string agent, string reason);

    [LoggerMessage(LogLevel.Warning, "Stored target {Target} was not restored: {Reason}")]
    private partial void LogNotRestored(TargetId target, string? reason);
}
