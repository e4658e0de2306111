using Watchkeeper.Server.Vim;
using Watchkeeper.Server.Vim.Host;

namespace Server.Tests.Vim.Host;

/// <summary>The folder of claims lies where others may write: it must be ours, or is not used.</summary>
public sealed class SlotClaimsTests : IDisposable
{
    private const UnixFileMode Open = (UnixFileMode)0b111_111_111;
    private readonly string _folder = Directory.CreateTempSubdirectory("wk claims ").FullName;

    private string Claims => Path.Combine(_folder, "user", "slots");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_folder_of_our_own_is_used()
    {
        using var claims = new SlotClaims(Claims, 4, TimeProvider.System);
        var slot = await claims.ClaimAsync(_folder, Cancellation);
        claims.Has(slot, _folder).ShouldBeTrue();
        claims.SlotOf(_folder).ShouldBe(slot);
        new DirectoryInfo(Claims).UnixFileMode.ShouldBe(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Theory]
    [InlineData("a link in its place", "is no folder")]
    [InlineData("a link above it", "is no folder")]
    [InlineData("open to others", "is open to other users")]
    [InlineData("open above", "is open to others")]
    public async Task One_that_others_prepared_is_refused_by_name(string trap, string why)
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(_folder, "elsewhere")).FullName;
        Set(trap, elsewhere);
        using var claims = new SlotClaims(Claims, 4, TimeProvider.System);

        var refusal = await Should.ThrowAsync<VimException>(() => claims.ClaimAsync(_folder, Cancellation));

        refusal.Message.ShouldContain(why);
        refusal.Message.ShouldContain(Path.Combine(_folder, "user"));
        Directory.EnumerateFiles(elsewhere, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        claims.SlotOf(_folder).ShouldBeNull();
    }

    [Fact]
    public async Task One_of_another_user_is_refused()
    {
        Assert.SkipUnless(LinuxCalls.EffectiveUser() == 0, "Not run: only root can give a folder away.");
        LinuxCalls.MakeFolder(Claims, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        LinuxCalls.GiveTo(Path.Combine(_folder, "user"), 65_534);
        using var claims = new SlotClaims(Claims, 4, TimeProvider.System);

        (await Should.ThrowAsync<VimException>(() => claims.ClaimAsync(_folder, Cancellation)))
            .Message.ShouldContain("is of user 65534");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Set(string trap, string elsewhere)
    {
        var user = Path.Combine(_folder, "user");
        switch (trap)
        {
            case "a link above it":
                File.CreateSymbolicLink(user, elsewhere);
                break;
            case "a link in its place":
                LinuxCalls.MakeFolder(user, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                File.CreateSymbolicLink(Claims, elsewhere);
                break;
            default:
                LinuxCalls.MakeFolder(
                    Claims, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                LinuxCalls.SetMode(trap == "open above" ? user : Claims, Open);
                break;
        }
    }
}
