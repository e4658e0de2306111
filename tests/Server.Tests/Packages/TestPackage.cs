using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Watchkeeper.Server.Packages;

namespace Server.Tests.Packages;

/// <summary>Builds packages, right ones and wrong ones.</summary>
internal sealed class TestPackage
{
    public const string Definitions = "Definitions/vnfd.yaml";
    public const string Image = "Files/images/server";
    public const string Manifest = "test.mf";
    public const string Meta = "TOSCA-Metadata/TOSCA.meta";

    private readonly List<(string Name, byte[] Content, int Attributes)> _entries = [];
    private string? _manifest;

    /// <summary>A package that is accepted, unless a test changes it.</summary>
    public static TestPackage Right(string? vnfd = null) => new TestPackage()
        .With(Meta, $"""
            TOSCA-Meta-File-Version: 1.0
            CSAR-Version: 1.1
            Created-By: Test
            Entry-Definitions: {Definitions}
            ETSI-Entry-Manifest: {Manifest}
            """)
        .With(Definitions, vnfd ?? TestVnfd.Text)
        .With(Image, "#!/bin/sh\n");

    /// <summary>The package in a folder, with its manifest completed and missing images made up.</summary>
    public static TestPackage FromFolder(string folder)
    {
        var package = new TestPackage();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder, path);
            if (name.EndsWith(".mf", StringComparison.Ordinal))
            {
                package._manifest = name;
            }

            if (name != "images.json" && !name.StartsWith("Files/", StringComparison.Ordinal))
            {
                package.With(name, File.ReadAllText(path));
            }
        }

        var images = Path.Combine(folder, "images.json");
        if (File.Exists(images))
        {
            foreach (var image in JsonDocument.Parse(File.ReadAllText(images)).RootElement.EnumerateArray())
            {
                package.With(image.GetProperty("file").GetString()!, "an image");
            }
        }

        return package;
    }

    public TestPackage With(string name, string content, int attributes = 0) =>
        With(name, Encoding.UTF8.GetBytes(content), attributes);

    public TestPackage With(string name, byte[] content, int attributes = 0)
    {
        _entries.Add((name, content, attributes));
        return this;
    }

    public TestPackage Without(string name)
    {
        _entries.RemoveAll(entry => entry.Name == name);
        return this;
    }

    /// <summary>Replaces the manifest that would be made.</summary>
    public TestPackage WithManifest(Func<string, string> change)
    {
        var made = Hashes(Manifest);
        return With(Manifest, change(made));
    }

    public byte[] Zip()
    {
        var manifest = _manifest ?? Manifest;
        var present = _entries.FindIndex(entry => entry.Name == manifest);
        var entries = _entries.ToList();
        if (present < 0)
        {
            entries.Add((manifest, Encoding.UTF8.GetBytes(Hashes(manifest)), 0));
        }
        else if (_manifest is not null)
        {
            var metadata = Encoding.UTF8.GetString(entries[present].Content);
            entries[present] = (manifest, Encoding.UTF8.GetBytes(metadata + Hashes(manifest)), 0);
        }

        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content, attributes) in entries)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize);
                entry.ExternalAttributes = attributes;
                using var target = entry.Open();
                target.Write(content);
            }
        }

        return stream.ToArray();
    }

    private string Hashes(string manifest) => string.Concat(_entries
        .Where(entry => entry.Name != manifest && !entry.Name.EndsWith('/'))
        .Select(entry => $"""
            Source: {entry.Name}
            Algorithm: SHA-256
            Hash: {Convert.ToHexStringLower(SHA256.HashData(entry.Content))}


            """));

    /// <summary>Takes an archive in, in a folder that is removed afterwards.</summary>
    public static async Task<Intake> TakeAsync(byte[] archive, long maxBytes = PackageLimits.UploadBytes)
    {
        var folder = Directory.CreateTempSubdirectory("watchkeeper-test-").FullName;
        try
        {
            using var body = new MemoryStream(archive);
            return await PackageIntake.TakeAsync(body, maxBytes, folder, TestContext.Current.CancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Why an archive is refused.</summary>
    public static async Task<string> RefusalAsync(byte[] archive)
    {
        var refused = (await TakeAsync(archive)).ShouldBeOfType<Intake.Refused>();
        refused.Fault.Status.ShouldBe(422);
        return refused.Fault.Detail;
    }

    public Task<string> RefusalAsync() => RefusalAsync(Zip());

    public async Task<AcceptedPackage> AcceptedAsync() => await TakeAsync(Zip()) switch
    {
        Intake.Accepted(var package) => package,
        Intake.Refused(var fault) => throw new InvalidOperationException(fault.Detail),
        _ => throw new InvalidOperationException(),
    };
}
