namespace EndToEnd.Harness;

/// <summary>A run with WATCHKEEPER_LONG=1: the same tests, with more of what they do.</summary>
internal static class LongRun
{
    /// <summary>Whether this is one.</summary>
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("WATCHKEEPER_LONG") == "1";

    /// <summary>Adds a line on what was counted, for people: to the file that WATCHKEEPER_FIGURES names.</summary>
    public static void Note(string line)
    {
        if (Environment.GetEnvironmentVariable("WATCHKEEPER_FIGURES") is { Length: > 0 } path)
        {
            File.AppendAllText(path, $"   {line}\n");
        }
    }
}
