using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Storage;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Packages;

namespace Server.Tests.Packages;

public sealed class PackageStoreTests : IAsyncDisposable
{
    private readonly StoreRig _rig = new();
    private readonly PackageStore _packages;

    public PackageStoreTests() => _packages = NewStore();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_rig.Directory, "packages");

    public async ValueTask DisposeAsync()
    {
        _packages.Dispose();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task A_package_is_found_by_its_VNFD_id_also_after_a_restart()
    {
        var added = (await AddAsync(TestPackage.Right())).ShouldBeOfType<PackageAddition.Added>().Package;

        using var restarted = NewStore();
        await restarted.CleanAsync(Stop);
        var found = (await restarted.FindAsync("vnfd-1", Stop)).ShouldNotBeNull();
        found.Description.Id.ShouldBe(added.Id);
        File.Exists(found.PathOf(TestPackage.Image)).ShouldBeTrue();
        found.Vnfd.Flavours.ShouldHaveSingleItem().Vdus.ShouldHaveSingleItem().Id.ShouldBe("vm");
        (await restarted.FindAsync("vnfd-2", Stop)).ShouldBeNull();
        (await restarted.ListAsync(Stop)).ShouldHaveSingleItem().VnfProductName.ShouldBe("Product");
    }

    [Fact]
    public async Task The_same_content_again_is_the_package_that_is_there_whatever_the_archive_looks_like()
    {
        var first = (await AddAsync(TestPackage.Right())).ShouldBeOfType<PackageAddition.Added>().Package;

        var again = (await AddAsync(TestPackage.Right().With("Files/", ""))).ShouldBeOfType<PackageAddition.Existing>();

        again.Package.Id.ShouldBe(first.Id);
        Folders().ShouldBe([first.Id.ToString()]);
    }

    [Fact]
    public async Task Other_content_under_the_same_VNFD_id_is_a_conflict()
    {
        var first = (await AddAsync(TestPackage.Right())).ShouldBeOfType<PackageAddition.Added>().Package;

        var refused = (await AddAsync(TestPackage.Right().With("more.txt", "x")))
            .ShouldBeOfType<PackageAddition.Refused>();

        refused.Fault.Status.ShouldBe(409);
        Folders().ShouldBe([first.Id.ToString()]);
    }

    [Fact]
    public async Task Of_two_uploads_at_once_one_is_added_and_the_other_finds_it()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AddAsync(TestPackage.Right())));

        outcomes.OfType<PackageAddition.Added>().ShouldHaveSingleItem();
        outcomes.OfType<PackageAddition.Existing>().Count().ShouldBe(5);
        Folders().Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_upload_leaves_nothing_on_disk()
    {
        (await AddAsync(TestPackage.Right().With("../x", ""))).ShouldBeOfType<PackageAddition.Refused>();

        Folders().ShouldBeEmpty();
        Directory.GetFileSystemEntries(Path.Combine(Folder, ".incoming")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_crash_left_behind_is_removed_at_start_and_nothing_else()
    {
        var kept = (await AddAsync(TestPackage.Right())).ShouldBeOfType<PackageAddition.Added>().Package;
        Directory.CreateDirectory(Path.Combine(Folder, ".incoming", "half", "content"));
        Directory.CreateDirectory(Path.Combine(Folder, "00000000-0000-7000-8000-000000000099"));
        Directory.CreateDirectory(Path.Combine(Folder, "not-ours"));

        await _packages.CleanAsync(Stop);

        Folders().Order().ShouldBe([kept.Id.ToString(), "not-ours"]);
        Directory.GetFileSystemEntries(Path.Combine(Folder, ".incoming")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_package_in_use_stays_and_another_goes_with_its_files()
    {
        var package = (await AddAsync(TestPackage.Right())).ShouldBeOfType<PackageAddition.Added>().Package;

        (await _packages.DeleteAsync(package.Id, (_, _) => Task.FromResult(true), Stop))
            .ShouldNotBeNull().Status.ShouldBe(409);
        Folders().Length.ShouldBe(1);

        (await _packages.DeleteAsync(package.Id, (_, _) => Task.FromResult(false), Stop)).ShouldBeNull();
        Folders().ShouldBeEmpty();
        (await _packages.FindAsync("vnfd-1", Stop)).ShouldBeNull();
        (await _packages.DeleteAsync(package.Id, (_, _) => Task.FromResult(false), Stop))
            .ShouldNotBeNull().Status.ShouldBe(404);
    }

    [Fact]
    public async Task Files_that_changed_on_disk_are_not_used()
    {
        var package = (await AddAsync(TestPackage.Right())).ShouldBeOfType<PackageAddition.Added>().Package;
        await File.AppendAllTextAsync(Path.Combine(Folder, package.Id.ToString(), TestPackage.Image), "more", Stop);

        using var restarted = NewStore();
        await Should.ThrowAsync<InvalidOperationException>(() => restarted.FindAsync("vnfd-1", Stop));
    }

    private PackageStore NewStore() => new(
        _rig.Store, new PackageSettings(Folder), new CountedIds(), new FakeTimeProvider(),
        NullLogger<PackageStore>.Instance);

    private async Task<PackageAddition> AddAsync(TestPackage package)
    {
        using var body = new MemoryStream(package.Zip());
        return await _packages.AddAsync(body, Stop);
    }

    private string[] Folders() =>
        [.. Directory.GetDirectories(Folder).Select(path => Path.GetFileName(path)).Where(name => name[0] != '.')];

    private sealed class CountedIds : IIdSource
    {
        private int _last;

        public Guid Next() => new($"00000000-0000-7000-8000-{Interlocked.Increment(ref _last):D12}");
    }
}
