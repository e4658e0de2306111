using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Watchkeeper.Cli.Output;

/// <summary>Where a command shows its answer: for people, or as one JSON document for machines.</summary>
internal sealed class Page
{
    // A file or pipe has no width: no cell is cut, and a row is a line.
    private const int PlainWidth = 4096;

    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions OneLine =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextWriter _answer;
    private readonly TextWriter _progress;
    private readonly IAnsiConsole _console;

    public Page(TextWriter answer, TextWriter progress, bool isJson)
    {
        _answer = answer;
        _progress = progress;
        IsJson = isJson;
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(answer) });
        if (Console.IsOutputRedirected)
        {
            _console.Profile.Width = PlainWidth;
        }
    }

    /// <summary>Whether the answer is for machines.</summary>
    public bool IsJson { get; }

    /// <summary>Prints the document that is the whole answer.</summary>
    public void Json(JsonElement document) => _answer.WriteLine(Print(document, Readable));

    /// <summary>Prints one of many documents, on a line of its own.</summary>
    public void JsonLine(JsonElement document) => _answer.WriteLine(Print(document, OneLine));

    /// <summary>Prints a table, or any other figure.</summary>
    public void Show(IRenderable figure) => _console.Write(figure);

    /// <summary>Prints a line of the answer for people.</summary>
    public void Line(string text) => _answer.WriteLine(Printable.Of(text));

    /// <summary>Says that it was done, where the server has no document to show for it.</summary>
    public void Done(string text)
    {
        if (!IsJson)
        {
            Line(text);
        }
    }

    /// <summary>Says how things go: part of the answer for people, beside it for machines.</summary>
    public void Progress(string text) => (IsJson ? _progress : _answer).WriteLine(Printable.Of(text));

    /// <summary>Says on standard error what a person should know although the command goes on.</summary>
    public void Remark(string text) => _progress.WriteLine($"wk: {Printable.Of(text)}");

    /// <summary>A table with these columns; only the last may wrap, so that an id can always be copied.</summary>
    public static Table TableOf(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)) { NoWrap = column != columns[^1] });
        }

        return table;
    }

    private static string Print(JsonElement document, JsonWriterOptions options)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            document.WriteTo(writer);
        }

        return Printable.Json(Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
