using System.Text;
using CsCheck;
using Watchkeeper.Server.Packages;
using Watchkeeper.Server.Packages.Yaml;

namespace Server.Tests.Packages;

/// <summary>What must have the process to itself, because it measures it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>Whatever comes, the answer is an accepted package or a clear refusal, never another exception.</summary>
[Collection<AloneCollection>]
public class PackageFuzzTests
{
    private static readonly Gen<string> Pieces = Gen.OneOf<string>(
        "a", "b: ", "- ", "? ", ": ", "[", "]", "{", "}", ",", "&x ", "*x", "!!int ", "!t ", "'", "\"", "\\", "|\n",
        ">-\n",
        "\n", "\n  ", "#", "%YAML 1.2\n", "---\n", "...\n", "<<: ", "~", "1", "\t", "\u0085", "\u2028", "\uFEFF", "\0",
        "@", "`",
        "\"\\x4", "\"\\uD800\"", "%TAG ! tag:x,1:\n");

    private static readonly Gen<string> Names = Gen.OneOf<string>(
        "..", ".", "/", "a", "Files/", "Definitions/vnfd.yaml", "TOSCA-Metadata/", "TOSCA.meta", "\\", "C:", "\0", "é",
        "\n",
        " ", "test.mf", new string('n', 260), "CON", "//", "\ud83d\ude00");

    [Fact]
    public void Random_pieces_of_YAML_are_read_or_refused() =>
        Fuzz.Run(Pieces.Array[0, 40], 5_000, pieces => ReadOrRefuse(string.Concat(pieces)));

    [Fact]
    public void Random_text_as_YAML_is_read_or_refused() =>
        Fuzz.Run(Gen.String, 3_000, ReadOrRefuse);

    [Fact]
    public Task Random_bytes_as_a_package_are_refused() => Fuzz.RunAsync(
        Gen.Byte.Array[0, 2_000],
        100,
        async bytes => (await TestPackage.TakeAsync(bytes)).ShouldBeOfType<Intake.Refused>());

    [Fact]
    public async Task A_right_package_with_random_bytes_changed_is_accepted_or_refused()
    {
        var right = TestPackage.Right().Zip();
        await Fuzz.RunAsync(
            Gen.Select(Gen.Int[0, right.Length - 1], Gen.Byte).Array[1, 12],
            100,
            async changes =>
            {
                var archive = right.ToArray();
                foreach (var (at, value) in changes)
                {
                    archive[at] = value;
                }

                (await TestPackage.TakeAsync(archive)).ShouldNotBeNull();
            });
    }

    [Fact]
    public Task A_right_descriptor_with_random_pieces_put_in_is_accepted_or_refused() => Fuzz.RunAsync(
            Gen.Select(Gen.Int[0, TestVnfd.Text.Length], Gen.Int[0, 30], Pieces.Array[0, 4]),
            150,
            async change =>
            {
                var (at, cut, pieces) = change;
                var text = TestVnfd.Text[..at] + string.Concat(pieces)
                    + TestVnfd.Text[Math.Min(TestVnfd.Text.Length, at + cut)..];
                if (await TestPackage.TakeAsync(TestPackage.Right(text).Zip()) is Intake.Refused refused)
                {
                    refused.Fault.Detail.ShouldNotBeEmpty();
                    refused.Fault.Status.ShouldBe(422);
                }
            });

    [Fact]
    public Task A_package_of_random_entries_is_accepted_or_refused() => Fuzz.RunAsync(
        Gen.Select(Names.Array[1, 4], Gen.String[0, 40], Gen.Int).Array[0, 4],
        100,
        async entries =>
        {
            var package = TestPackage.Right();
            foreach (var (name, content, attributes) in entries)
            {
                package.With(string.Concat(name), content, attributes);
            }

            if (await TestPackage.TakeAsync(package.Zip()) is Intake.Refused refused)
            {
                refused.Fault.Detail.ShouldNotBeEmpty();
                refused.Fault.Status.ShouldBe(422);
            }
        });

    private static void ReadOrRefuse(string text)
    {
        try
        {
            YamlReader.Read("f.yaml", Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), new YamlBudget());
        }
        catch (PackageFormatException refused)
        {
            refused.Message.ShouldStartWith("f.yaml");
        }
    }
}
