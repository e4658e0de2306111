namespace Simulation;

/// <summary>What a long run counted, for people: in the file that WATCHKEEPER_FIGURES names, if it names one.</summary>
internal static class Figures
{
    /// <summary>Adds one line.</summary>
    public static void Note(string line)
    {
        if (Environment.GetEnvironmentVariable("WATCHKEEPER_FIGURES") is { Length: > 0 } path)
        {
            File.AppendAllText(path, $"   {line}\n");
        }
    }
}
