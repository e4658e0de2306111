using System.CommandLine;
using System.Text.Json;
using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Packages;

/// <summary><c>wk package upload</c>: a folder is made a CSAR first, a file is sent as it is.</summary>
internal static class UploadPackage
{
    private static readonly Argument<string> Source = new("PACKAGE")
    {
        Description = "A package's folder, or a .csar or .zip file.",
    };

    private static readonly Option<bool> Build = new("--build")
    {
        Description = "Build the missing images that the folder's images.json names. This runs what the folder says.",
    };

    public static Command Create() => Verb.Of("upload", "Upload a VNF package.", RunAsync, Source, Build);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var stored = await SendAsync(
            call.Api, call.Arguments.GetRequiredValue(Source), call.Arguments.GetValue(Build), call.Page.Progress,
            cancellationToken);
        if (call.Page.IsJson)
        {
            call.Page.Json(stored);
        }
        else
        {
            call.Page.Line($"uploaded package {stored.Text("id")} with VNFD {stored.Text("vnfdId")}");
        }

        return ExitCode.Done;
    }

    /// <summary>Sends a package; the answer is what the server stored.</summary>
    /// <param name="api">The server.</param>
    /// <param name="source">The package's folder or file.</param>
    /// <param name="mayBuild">Whether missing images may be built of what the folder names.</param>
    /// <param name="progress">Hears how it goes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<JsonElement> SendAsync(
        ServerApi api, string source, bool mayBuild, Action<string> progress, CancellationToken cancellationToken)
    {
        if (File.Exists(source))
        {
            await using var file = File.OpenRead(source);
            return (await api.UploadAsync(Resource.Packages, file, cancellationToken)).Document;
        }

        if (!Directory.Exists(source))
        {
            throw new WkException($"There is no folder or file '{source}'.");
        }

        await SampleImage.BuildMissingAsync(
            source, mayBuild || SampleFolder.Holds(source), progress, cancellationToken);
        await using var csar = TemporaryFile();
        await CsarWriter.WriteAsync(source, csar, cancellationToken);
        csar.Position = 0;
        return (await api.UploadAsync(Resource.Packages, csar, cancellationToken)).Document;
    }

    private static FileStream TemporaryFile() => new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csar"),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
}
