namespace EndToEnd.Crashes;

/// <summary>The arrows of SOL003 that a migration may take, as the specification prints them.</summary>
internal static class LcmWalk
{
    private static readonly ImmutableHashSet<(string From, string To)> s_arrows =
    [
        ("STARTING", "PROCESSING"),
        ("PROCESSING", "COMPLETED"),
        ("PROCESSING", "FAILED_TEMP"),
        ("FAILED_TEMP", "PROCESSING"),
        ("FAILED_TEMP", "ROLLING_BACK"),
        ("FAILED_TEMP", "FAILED"),
        ("ROLLING_BACK", "ROLLED_BACK"),
        ("ROLLING_BACK", "FAILED_TEMP"),
    ];

    /// <summary>Demands that states which were told lead from the beginning to an end, along arrows alone: none is left
    /// out, and none comes again.</summary>
    public static void Demand(IReadOnlyList<string> told, string end)
    {
        var text = string.Join(" > ", told);
        told.ShouldNotBeEmpty();
        told[0].ShouldBe("STARTING", text);
        told[^1].ShouldBe(end, text);
        told.Zip(told.Skip(1)).ShouldAllBe(step => s_arrows.Contains(step), text);
    }
}
