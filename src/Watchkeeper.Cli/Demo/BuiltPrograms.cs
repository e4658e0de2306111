using Watchkeeper.Cli.Packages;

namespace Watchkeeper.Cli.Demo;

/// <summary>The programs and samples that were built beside this one.</summary>
/// <param name="Server">The VNF manager.</param>
/// <param name="Agent">The distributed agent.</param>
/// <param name="Samples">The folder of the sample packages.</param>
internal sealed record BuiltPrograms(string Server, string Agent, string Samples)
{
    /// <summary>Finds them from this program's own place: artifacts/bin/PROJECT/PIVOT.</summary>
    public static BuiltPrograms Find()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        return new BuiltPrograms(
            Program(here, "Watchkeeper.Server"), Program(here, "Watchkeeper.Agent"), SamplesFolder());
    }

    private static string Program(DirectoryInfo here, string project)
    {
        var path = Path.GetFullPath(Path.Combine(here.FullName, "..", "..", project, here.Name, project));
        return File.Exists(path)
            ? path
            : throw new WkException($"{project} is not built beside wk ({path}); run the demo from the sources.");
    }

    private static string SamplesFolder() => SampleFolder.Find()
        ?? throw new WkException("There are no samples above wk's own folder; run the demo from the sources.");
}
