using System.Security.Cryptography;
using System.Text;

namespace Server.Tests.Packages;

public class ManifestTests
{
    [Fact]
    public async Task A_wrong_hash_is_refused_with_the_name_of_the_file() =>
        (await TestPackage.Right()
            .WithManifest(made => made.Replace(Hash(TestVnfd.Text), new string('0', 64)))
            .RefusalAsync())
            .ShouldContain($"the hash of '{TestPackage.Definitions}'");

    [Fact]
    public async Task A_file_that_the_manifest_does_not_list_is_refused() =>
        (await TestPackage.Right().WithManifest(made => made).With("extra.txt", "x").RefusalAsync())
            .ShouldContain("does not list 'extra.txt'");

    [Fact]
    public async Task A_listed_file_that_is_missing_is_refused() =>
        (await TestPackage.Right().WithManifest(made => made + Entry("gone.txt", "SHA-256", "00")).RefusalAsync())
            .ShouldContain("'gone.txt', which is not in the package");

    [Fact]
    public async Task A_listed_file_outside_is_refused() =>
        (await TestPackage.Right().WithManifest(made => made + Entry("../gone.txt", "SHA-256", "00")).RefusalAsync())
            .ShouldContain("which is not in the package");

    [Fact]
    public async Task A_file_listed_twice_is_refused() =>
        (await TestPackage.Right().WithManifest(made => made + made).RefusalAsync()).ShouldContain("twice");

    [Fact]
    public async Task An_unknown_hash_is_refused() =>
        (await TestPackage.Right().WithManifest(made => made.Replace("SHA-256", "MD5")).RefusalAsync())
            .ShouldContain("by MD5; SHA-256 and SHA-512 are known");

    [Fact]
    public async Task SHA_512_is_known()
    {
        var hash = Convert.ToHexString(SHA512.HashData(Encoding.UTF8.GetBytes(TestVnfd.Text)));
        var package = TestPackage.Right().WithManifest(made => made.Replace(
            $"Algorithm: SHA-256\nHash: {Hash(TestVnfd.Text)}", $"Algorithm: SHA-512\nHash: {hash}"));

        (await package.AcceptedAsync()).Vnfd.Id.ShouldBe("vnfd-1");
    }

    [Theory]
    [InlineData("Hash: 00\n")]
    [InlineData("Source: a\nSource: b\n")]
    [InlineData("Source: a\nHash: 00\n")]
    [InlineData("nonsense\n")]
    public async Task A_manifest_that_is_none_is_refused(string end) =>
        (await TestPackage.Right().WithManifest(made => made + end).RefusalAsync()).ShouldContain("test.mf");

    [Fact]
    public async Task Metadata_and_a_signature_are_passed_over() =>
        (await TestPackage.Right().WithManifest(made =>
            $"metadata:\n  vnfd_id: vnfd-1\n  vnf_provider_id: Maker\n\n{made}"
            + "-----BEGIN CMS-----\nMIG\n-----END CMS-----\n")
            .AcceptedAsync()).Vnfd.Id.ShouldBe("vnfd-1");

    [Fact]
    public async Task A_manifest_for_another_descriptor_is_refused() =>
        (await TestPackage.Right().WithManifest(made => $"metadata:\n  vnfd_id: vnfd-2\n\n{made}").RefusalAsync())
            .ShouldContain("the manifest is for the VNFD 'vnfd-2'");

    [Fact]
    public async Task A_package_with_neither_TOSCA_meta_nor_one_root_file_has_no_entry_definitions() =>
        (await TestPackage.Right().Without(TestPackage.Meta).RefusalAsync()).ShouldContain("no entry definitions");

    [Fact]
    public async Task The_one_YAML_file_at_the_root_is_the_entry_when_there_is_no_TOSCA_meta()
    {
        var package = TestPackage.Right()
            .Without(TestPackage.Meta)
            .Without(TestPackage.Definitions)
            .With("test.yaml", TestVnfd.With("../Files", "Files"));

        (await package.AcceptedAsync()).EntryDefinitions.ShouldBe("test.yaml");
    }

    [Theory]
    [InlineData("Entry-Definitions: Definitions/vnfd.yaml", "Created-By: Test", "has no ETSI-Entry-Manifest")]
    [InlineData("ETSI-Entry-Manifest: test.mf", "Created-By: Test", "has no Entry-Definitions")]
    [InlineData(
        "Entry-Definitions: Definitions/none.yaml", "ETSI-Entry-Manifest: test.mf",
        "'Definitions/none.yaml', which is not")]
    [InlineData("Entry-Definitions: ../vnfd.yaml", "ETSI-Entry-Manifest: test.mf", "'../vnfd.yaml', which is not")]
    [InlineData("Entry-Definitions Definitions/vnfd.yaml", "ETSI-Entry-Manifest: test.mf", "is not 'key: value'")]
    [InlineData("Entry-Definitions: a", "Entry-Definitions: b", "with a new key")]
    public async Task A_wrong_TOSCA_meta_is_refused(string one, string other, string why) =>
        (await TestPackage.Right().Without(TestPackage.Meta).With(TestPackage.Meta, $"{one}\n{other}\n").RefusalAsync())
            .ShouldContain(why);

    private static string Entry(string name, string algorithm, string hash) =>
        $"Source: {name}\nAlgorithm: {algorithm}\nHash: {hash}\n";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
