using System.Globalization;

namespace EndToEnd.Harness;

/// <summary>What a test needs of the machine: a test that does not find it is skipped, with the reason.</summary>
internal static class Needs
{
    // capability.h: CAP_LINUX_IMMUTABLE, CAP_NET_ADMIN, CAP_SYS_ADMIN. Root in a container may lack any of them.
    private const ulong Powers = 1UL << 9 | 1UL << 12 | 1UL << 21;

    /// <summary>Root with its powers.</summary>
    /// <param name="what">What for.</param>
    public static void Root(string what)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, $"Not run: only root may {what}.");
        var line = File.ReadLines("/proc/self/status")
            .Single(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        var effective = ulong.Parse(line[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Assert.SkipUnless((effective & Powers) == Powers, $"Not run: this root may not {what}.");
    }

    /// <summary>A program.</summary>
    /// <param name="name">The program.</param>
    /// <param name="package">The Debian package that has it.</param>
    public static void Tool(string name, string package) => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, name))),
        $"Not run: '{name}' (package {package}) is not installed.");
}
