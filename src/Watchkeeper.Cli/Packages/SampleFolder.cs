namespace Watchkeeper.Cli.Packages;

/// <summary>The samples that came with wk: their builds are our own, and run without being asked for.</summary>
internal static class SampleFolder
{
    /// <summary>The folder of the samples beside the sources that wk was built from; null when there is none.</summary>
    public static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "samples", "README.md")))
            {
                return Path.Combine(folder.FullName, "samples");
            }
        }

        return null;
    }

    /// <summary>Whether a package's folder is one of the samples.</summary>
    public static bool Holds(string folder) =>
        Find() is { } samples
        && Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) == samples;
}
