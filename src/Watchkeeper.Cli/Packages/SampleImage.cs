using System.Diagnostics;
using System.Text.Json;
using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Packages;

/// <summary>Builds the software images that a package's <c>images.json</c> lists and that are not there yet.</summary>
internal static class SampleImage
{
    /// <summary>The list; it is not packed.</summary>
    public const string ListName = "images.json";

    /// <summary>Builds what is missing; a folder without a list has all that it needs.</summary>
    /// <exception cref="WkException">
    /// Something is missing and may not be built: a build runs whatever its project says, as the user of wk.
    /// </exception>
    public static async Task BuildMissingAsync(
        string folder, bool mayBuild, Action<string> progress, CancellationToken cancellationToken)
    {
        foreach (var (project, file) in Listed(folder))
        {
            if (!File.Exists(file) && !mayBuild)
            {
                throw new WkException(
                    $"{Path.GetRelativePath(folder, file)} is missing; {ListName} names {project} to build it from. "
                    + $"If you trust that project: wk package upload {folder} --build");
            }

            if (!File.Exists(file))
            {
                progress($"building {Path.GetRelativePath(folder, file)}");
                await BuildAsync(project, file, cancellationToken);
            }
        }
    }

    private static List<(string Project, string File)> Listed(string folder)
    {
        var list = Path.Combine(folder, ListName);
        try
        {
            return File.Exists(list)
                ? [.. JsonElement.Parse(File.ReadAllBytes(list)).Items()
                    .Select(one => (PathIn(folder, one, "project"), PathIn(folder, one, "file")))]
                : [];
        }
        catch (JsonException failure)
        {
            throw new WkException($"{list} can't be read: {failure.Message}", failure);
        }
    }

    private static string PathIn(string folder, JsonElement one, string member) =>
        one.Text(member) is { Length: > 0 } path
            ? Path.GetFullPath(Path.Combine(folder, path))
            : throw new WkException($"An entry of {Path.Combine(folder, ListName)} has no '{member}'.");

    /// <summary>Publishes elsewhere, then puts the one file in place: a build that broke leaves none.</summary>
    private static async Task BuildAsync(string project, string file, CancellationToken cancellationToken)
    {
        var work = Directory.CreateTempSubdirectory("watchkeeper-image-").FullName;
        try
        {
            var published = Path.Combine(work, "out");
            await PublishAsync(project, published, Path.Combine(work, "artifacts"), cancellationToken);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var draft = $"{Path.GetDirectoryName(file)}/.{Path.GetFileName(file)}.{Path.GetFileName(work)}";
            File.Copy(Path.Combine(published, Path.GetFileName(file)), draft);
            File.Move(draft, file, overwrite: true);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task PublishAsync(
        string project, string published, string artifacts, CancellationToken cancellationToken)
    {
        // No build server: it would outlive wk, and hold on to wk's own output.
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                "publish", project, "-c", "Release", "-o", published, "--artifacts-path", artifacts,
                "--disable-build-servers", "--nologo",
            ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new WkException("dotnet publish did not start.");
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken) + await errors;
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                var why = lines.FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))
                    ?? lines.LastOrDefault();
                throw new WkException($"{Path.GetFileName(project)} does not build: {why}");
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
