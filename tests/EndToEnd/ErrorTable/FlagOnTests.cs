namespace EndToEnd.ErrorTable;

/// <summary>The rows with the flag on: the VNFM itself takes the next arrow.</summary>
public sealed class FlagOnTests(FlagOnTests.OneStage shared)
    : RowTests(terminalStateOnError: true, shared), IClassFixture<FlagOnTests.OneStage>
{
    /// <summary>One server for all rows.</summary>
    public sealed class OneStage() : SharedStage(terminalStateOnError: true);
}
