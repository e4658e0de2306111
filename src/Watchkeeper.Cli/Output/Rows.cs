using Spectre.Console;

namespace Watchkeeper.Cli.Output;

/// <summary>Rows of plain text: nothing in an answer of the server is read as markup.</summary>
internal static class Rows
{
    /// <summary>Adds a row.</summary>
    public static void Row(this Table table, params string[] cells) =>
        table.AddRow(cells.Select(cell => new Text(Printable.Of(cell))));

    /// <summary>Adds the two cells of a list of properties, unless there is nothing to say.</summary>
    public static void Property(this Table table, string name, string value)
    {
        if (value.Length > 0)
        {
            table.Row(name, value);
        }
    }
}
