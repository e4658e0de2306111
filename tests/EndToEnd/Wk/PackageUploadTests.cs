using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using EndToEnd.Harness;

namespace EndToEnd.Wk;

/// <summary><c>wk package upload</c>: a folder becomes a CSAR.</summary>
public sealed class PackageUploadTests : WkAgainst
{
    public PackageUploadTests()
    {
        Write("TOSCA-Metadata/TOSCA.meta", "Entry-Definitions: Definitions/v.yaml\nETSI-Entry-Manifest: v.mf\n");
        Write("v.mf", "metadata:\n  vnf_product_name: v\n\nSource: kept.txt\nAlgorithm: SHA-256\nHash: 00ff\n");
        Write("Definitions/v.yaml", "tosca_definitions_version: tosca_simple_yaml_1_3\n");
        Write("kept.txt", "kept");
        Write(".hidden", "not of the package");
        Write("README.md", "for people");
        Write("images.json", "[]");
    }

    [Fact]
    public async Task It_sends_theFolder_with_a_hash_for_every_file()
    {
        using var csar = new ZipArchive(new MemoryStream(await UploadAsync()));

        csar.Entries.Select(entry => entry.FullName)
            .ShouldBe(["Definitions/v.yaml", "TOSCA-Metadata/TOSCA.meta", "kept.txt", "v.mf"]);
        using var reader = new StreamReader(csar.GetEntry("v.mf")!.Open());
        var manifest = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        manifest.ShouldStartWith("metadata:\n  vnf_product_name: v\n");
        manifest.ShouldContain("Source: kept.txt\nAlgorithm: SHA-256\nHash: 00ff\n");
        var hash = Convert.ToHexStringLower(SHA256.HashData(
            Encoding.UTF8.GetBytes("tosca_definitions_version: tosca_simple_yaml_1_3\n")));
        manifest.ShouldContain($"Source: Definitions/v.yaml\nAlgorithm: SHA-256\nHash: {hash}\n");
        manifest.ShouldNotContain("Source: v.mf");
    }

    [Fact]
    public async Task The_sameFolder_is_the_same_package_byte_for_byte()
    {
        var first = await UploadAsync();
        File.SetLastWriteTimeUtc(Folder.In("kept.txt"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        (await UploadAsync()).ShouldBe(first);
    }

    [Fact]
    public async Task A_file_is_sent_as_it_is()
    {
        var bytes = "not even a zip"u8.ToArray();
        await File.WriteAllBytesAsync(Folder.In("p.csar"), bytes, TestContext.Current.CancellationToken);

        (await UploadAsync("p.csar")).ShouldBe(bytes);
    }

    [Fact]
    public async Task AFolder_without_a_manifest_is_no_package()
    {
        File.Delete(Folder.In("v.mf"));
        DemandOneLine(await WkAsync("package", "upload", Folder.Path), 1, "v.mf");
    }

    [Fact]
    public async Task A_link_is_refused()
    {
        File.CreateSymbolicLink(Folder.In("link"), "/etc/hostname");
        DemandOneLine(await WkAsync("package", "upload", Folder.Path), 1, "link");
    }

    [Fact]
    public async Task An_image_that_is_missing_is_not_built_of_whatFolders_name_unless_that_is_asked_for()
    {
        Write("evil.csproj", $"""
            <Project><Target Name="Publish"><WriteLinesToFile File="{Folder.In("ran")}" Lines="x" /></Target></Project>
            """);
        Write("images.json", """[{"project":"evil.csproj","file":"Files/images/evil"}]""");

        DemandOneLine(
            await WkAsync("package", "upload", Folder.Path), 1, "Files/images/evil", "evil.csproj", "--build");

        File.Exists(Folder.In("ran")).ShouldBeFalse();
        Server.Asked.ShouldBeEmpty();
        (await WkAsync("package", "upload", Folder.Path, "--build")).ExitCode.ShouldNotBe(0);
        File.Exists(Folder.In("ran")).ShouldBeTrue("it was asked for");
    }

    [Fact]
    public async Task What_is_not_there_is_said() =>
        DemandOneLine(await WkAsync("package", "upload", Folder.In("nothing")), 1, "nothing");

    private async Task<byte[]> UploadAsync(string name = "")
    {
        Server.When("POST ext/vnf_packages", 201, """{"id":"p","vnfdId":"D"}""");
        var run = await WkAsync("package", "upload", Folder.In(name), "--json");
        run.ExitCode.ShouldBe(0, run.Errors);
        run.Json.Text("vnfdId").ShouldBe("D");
        var sent = Server.Asked[^1];
        sent.ContentType.ShouldBe("application/zip");
        return sent.Body;
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Folder.In(name))!);
        File.WriteAllText(Folder.In(name), text);
    }
}
