using EndToEnd.Harness;

namespace EndToEnd.Storage;

/// <summary>A database that is damaged is refused at the start, and left as it is for whoever will save it.</summary>
public sealed class DamagedDatabaseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_does_not_start_on_a_damaged_database_and_does_not_touch_it()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder);
        await server.StopAsync();
        var path = Path.Combine(server.Data, "watchkeeper.db");
        var bytes = await File.ReadAllBytesAsync(path, Token);

        // Not its header: a page in the middle, as a bad block of a disk would do.
        bytes.AsSpan(bytes.Length / 2, 4096).Fill(0xA5);
        await File.WriteAllBytesAsync(path, bytes, Token);
        var written = File.GetLastWriteTimeUtc(path);
        await using var again = server.StartSecond();

        (await again.ExitedAsync()).ShouldNotBe(0);
        var line = again.Log.Trim().Split('\n').ShouldHaveSingleItem();
        line.ShouldContain(path);
        line.ShouldContain("damaged");
        line.ShouldContain("backup");
        (await File.ReadAllBytesAsync(path, Token)).ShouldBe(bytes);
        File.GetLastWriteTimeUtc(path).ShouldBe(written);
    }
}
