namespace EndToEnd.ErrorTable;

/// <summary>The rows with the flag off: the operation rests, and a client decides.</summary>
public sealed class FlagOffTests(FlagOffTests.OneStage shared)
    : RowTests(terminalStateOnError: false, shared), IClassFixture<FlagOffTests.OneStage>
{
    /// <summary>One server for all rows.</summary>
    public sealed class OneStage() : SharedStage(terminalStateOnError: false);
}
