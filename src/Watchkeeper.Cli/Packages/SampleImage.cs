namespace Watchkeeper.Cli.Packages;

/// <summary>Builds the software image of a sample that was not built yet.</summary>
internal static class SampleImage
{
    public static Task BuildMissingAsync(string folder, Action<string> progress, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
