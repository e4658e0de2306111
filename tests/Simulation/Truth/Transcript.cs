using System.Text;
using Microsoft.Extensions.Logging;
using Simulation.Scheduling;

namespace Simulation.Truth;

/// <summary>What happened, line by line: the story for people, and with it the logs of all processes.</summary>
internal sealed class Transcript(World world, TranscriptDetail detail)
{
    private readonly StringBuilder _lines = new();

    public LogLevel Level => detail == TranscriptDetail.Everything ? LogLevel.Debug : LogLevel.None;

    public string Text => _lines.ToString();

    /// <summary>A line of the story.</summary>
    public void Say(string who, string what)
    {
        if (detail != TranscriptDetail.None)
        {
            Write(who, world.Names.In(what));
        }
    }

    /// <summary>A line that only a full transcript has.</summary>
    public void Fine(Func<string> what)
    {
        if (detail == TranscriptDetail.Everything)
        {
            Write("", what());
        }
    }

    public ILoggerProvider Of(Node node) => new NodeLog(this, node);

    public ILoggerFactory FactoryOf(Node node) => LoggerFactory.Create(
        logging => logging.SetMinimumLevel(Level).AddProvider(Of(node)));

    private void Write(string who, string what) => _lines.Append(
        world.Settings.IsOrderly
            ? $"{world.Scheduler.Now.TotalSeconds,6:0.00} {who,-9} {what}\n"
            : $"{world.Scheduler.Now.TotalSeconds,9:0.0000} {who,-10} {what}\n");

    private sealed class NodeLog(Transcript transcript, Node node) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => transcript.Level != LogLevel.None && !node.IsDead;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                transcript.Write(
                    node.Name,
                    $"  {logLevel.ToString()[..4].ToLowerInvariant()} {transcript.Named(formatter(state, exception))}"
                    + (exception is null ? "" : $" [{exception.GetType().Name}: {exception.Message}]"));
            }
        }

        public void Dispose()
        {
        }
    }

    private string Named(string text) => world.Names.In(text);
}

/// <summary>How much a transcript tells.</summary>
internal enum TranscriptDetail
{
    /// <summary>Nothing: most worlds are only judged.</summary>
    None,

    /// <summary>The story: requests, states, events, faults.</summary>
    Story,

    /// <summary>The story, every probe and every line of every log.</summary>
    Everything,
}
