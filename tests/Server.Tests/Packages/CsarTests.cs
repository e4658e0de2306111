using System.Buffers.Binary;
using System.Text;
using Watchkeeper.Server.Packages;
using Watchkeeper.Server.Packages.Csar;

namespace Server.Tests.Packages;

public class CsarTests
{
    private const int SymbolicLink = unchecked((int)0xA1FF0000);
    private const int NamedPipe = 0x11A40000;

    [Fact]
    public async Task A_right_package_is_accepted()
    {
        var package = await TestPackage.Right().AcceptedAsync();

        package.Vnfd.Id.ShouldBe("vnfd-1");
        package.EntryDefinitions.ShouldBe(TestPackage.Definitions);
        package.ContentHash.Length.ShouldBe(64);
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("a/../../escape")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("/absolute")]
    [InlineData("C:/drive")]
    [InlineData("c:drive")]
    [InlineData("a\\b")]
    [InlineData("..\\escape")]
    [InlineData("a\u0001b")]
    [InlineData("a\0b")]
    public async Task A_name_that_is_no_plain_relative_path_is_refused(string name)
    {
        var why = await TestPackage.Right().With(name, "x").RefusalAsync();

        why.ShouldContain("entry");
    }

    [Fact]
    public async Task A_part_of_a_name_that_no_file_system_takes_is_refused() =>
        (await TestPackage.Right().With(new string('a', 256), "x").RefusalAsync()).ShouldContain("255 bytes");

    [Fact]
    public async Task A_very_long_name_is_refused() =>
        (await TestPackage.Right().With(string.Join('/', Enumerable.Repeat("abcdefgh", 200)), "x").RefusalAsync())
            .ShouldContain("1024 bytes");

    [Theory]
    [InlineData(SymbolicLink)]
    [InlineData(NamedPipe)]
    public async Task Links_and_other_special_files_are_refused(int attributes) =>
        (await TestPackage.Right().With("link", "/etc/passwd", attributes).RefusalAsync())
            .ShouldContain("'link' is a link");

    [Theory]
    [InlineData("Files/x", "Files/x")]
    [InlineData("Files/d/", "Files/d/")]
    public async Task A_name_that_is_there_twice_is_refused(string one, string other) =>
        (await TestPackage.Right().With(one, "").With(other, "").RefusalAsync()).ShouldContain("twice");

    [Theory]
    [InlineData("x", "x/y")]
    [InlineData("x/y", "x")]
    [InlineData("x", "x/")]
    public async Task A_name_that_is_a_file_and_a_folder_is_refused(string one, string other) =>
        (await TestPackage.Right().With(one, "").With(other, "").RefusalAsync())
            .ShouldContain("both a file and a folder");

    [Fact]
    public async Task More_than_10_000_entries_are_refused()
    {
        var package = TestPackage.Right();
        for (var i = 0; i < PackageLimits.Entries; i++)
        {
            package.With($"many/{i}", "");
        }

        (await package.RefusalAsync()).ShouldContain("more than 10000 entries");
    }

    [Fact]
    public async Task More_than_10_000_folders_are_refused_however_few_entries_they_come_from()
    {
        var package = TestPackage.Right();
        var deep = string.Concat(Enumerable.Repeat("a/", 250));
        for (var i = 0; i < 41; i++)
        {
            package.With($"{i}/{deep}x", "");
        }

        (await package.RefusalAsync()).ShouldContain("more than 10000 folders");
    }

    [Fact]
    public async Task A_directory_that_says_less_than_it_holds_is_walked_to_its_end()
    {
        var package = TestPackage.Right();
        for (var i = 0; i < PackageLimits.Entries; i++)
        {
            package.With($"many/{i}", "");
        }

        var zip = package.Zip();
        BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(zip.Length - 12), 5);
        (await TestPackage.RefusalAsync(zip)).ShouldContain("more than 10000 entries");
    }

    [Fact]
    public async Task Files_of_more_than_100_times_the_archive_are_refused() =>
        (await TestPackage.Right().With("bomb", new byte[4 << 20]).RefusalAsync()).ShouldContain("100 times");

    [Fact]
    public async Task What_unpacks_is_counted_and_not_what_the_header_says()
    {
        var zip = TestPackage.Right().With("bomb", new byte[4 << 20]).Zip();
        // The uncompressed size in the directory, which comes 24 bytes into the record of the entry.
        var record = LastDirectoryRecord(zip, "bomb");
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(record + 24), 10);

        (await TestPackage.RefusalAsync(zip)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Files_of_more_bytes_than_allowed_are_refused()
    {
        var folder = Directory.CreateTempSubdirectory("watchkeeper-test-").FullName;
        using var archive = new MemoryStream(TestPackage.Right().Zip());
        var unpacking = new CsarUnpacking(Path.Combine(folder, "content"), archive.Length, maxBytes: 1_000);

        var thrown = await Should.ThrowAsync<PackageFormatException>(
            () => unpacking.UnpackAsync(archive, TestContext.Current.CancellationToken));

        thrown.Message.ShouldContain("more than 1000 bytes");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_encrypted_entry_is_refused()
    {
        var zip = TestPackage.Right().Zip();
        zip[LastDirectoryRecord(zip, TestPackage.Image) + 8] |= 1;

        (await TestPackage.RefusalAsync(zip)).ShouldContain("encrypted");
    }

    [Fact]
    public async Task An_archive_in_the_zip64_form_is_refused()
    {
        var zip = TestPackage.Right().Zip();
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(zip.Length - 6), uint.MaxValue);

        (await TestPackage.RefusalAsync(zip)).ShouldContain("ZIP64");
    }

    [Fact]
    public async Task An_upload_that_is_too_large_is_a_413()
    {
        var zip = TestPackage.Right().Zip();

        var refused = (await TestPackage.TakeAsync(zip, zip.Length - 1)).ShouldBeOfType<Intake.Refused>();

        refused.Fault.Status.ShouldBe(413);
        (await TestPackage.TakeAsync(zip, zip.Length)).ShouldBeOfType<Intake.Accepted>();
    }

    [Fact]
    public async Task An_upload_of_nothing_is_a_400() =>
        (await TestPackage.TakeAsync([])).ShouldBeOfType<Intake.Refused>().Fault.Status.ShouldBe(400);

    [Fact]
    public async Task An_upload_that_is_no_archive_is_refused() =>
        (await TestPackage.RefusalAsync(Encoding.ASCII.GetBytes("hello"))).ShouldContain("not a ZIP archive");

    [Fact]
    public async Task A_broken_file_in_the_archive_is_refused()
    {
        var zip = TestPackage.Right().With("data", Enumerable.Range(0, 5_000).Select(i => (byte)(i * i)).ToArray())
            .Zip();
        var name = zip.AsSpan().IndexOf("data"u8);
        for (var i = name + 4; i < name + 60; i++)
        {
            zip[i] = 0xFF;
        }

        (await TestPackage.RefusalAsync(zip)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Images_may_be_run_by_everybody_and_other_files_are_only_read()
    {
        var folder = Directory.CreateTempSubdirectory("watchkeeper-test-").FullName;
        using var body = new MemoryStream(TestPackage.Right().Zip());
        await PackageIntake.TakeAsync(body, PackageLimits.UploadBytes, folder, TestContext.Current.CancellationToken);

        var content = Path.Combine(folder, "content");
        Mode(Path.Combine(content, TestPackage.Image)).ShouldBe("755");
        Mode(Path.Combine(content, TestPackage.Definitions)).ShouldBe("644");
        Mode(content).ShouldBe("755");
        Directory.Delete(folder, recursive: true);
    }

    private static string Mode(string path) =>
        OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private static int LastDirectoryRecord(byte[] zip, string name)
    {
        var at = zip.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(name));
        BinaryPrimitives.ReadUInt32LittleEndian(zip.AsSpan(at - 46)).ShouldBe(0x02014b50u);
        return at - 46;
    }
}
