namespace EndToEnd.Harness;

/// <summary>The built programs beside the tests, and the samples of the tree.</summary>
internal static class Programs
{
    private static readonly DirectoryInfo Here = new(AppContext.BaseDirectory.TrimEnd('/'));

    public static string Server => Of("Watchkeeper.Server", "Watchkeeper.Server");

    public static string Agent => Of("Watchkeeper.Agent", "Watchkeeper.Agent");

    public static string Wk => Of("Watchkeeper.Cli", "wk");

    /// <summary>The root of the source tree.</summary>
    public static string Root { get; } = FindRoot();

    public static string Sample(string name) => Path.Combine(Root, "samples", name);

    private static string FindRoot()
    {
        for (var folder = Here; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Watchkeeper.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No source tree above {Here}.");
    }

    private static string Of(string project, string program) =>
        Path.GetFullPath(Path.Combine(Here.FullName, "..", "..", project, Here.Name, program));
}
