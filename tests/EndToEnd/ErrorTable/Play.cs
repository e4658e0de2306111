namespace EndToEnd.ErrorTable;

/// <summary>
/// One way to reach a row of the error table: what is asked, what is made to fail, what a client does then.
/// </summary>
/// <param name="Page">The page of docs/flows/errors that shows it.</param>
/// <param name="Title">What goes wrong, as the page's headings say it.</param>
internal sealed record Play(string Page, string Title)
{
    /// <summary>The agent that watches before.</summary>
    public string From { get; init; } = "local_mona";

    /// <summary>The agent that the request names.</summary>
    public string To { get; init; } = "dmona1";

    /// <summary>Failures made on purpose, by the name of who fails: the JSON of a drill.</summary>
    public ImmutableArray<(string Who, string Drill)> Drills { get; init; } = [];

    /// <summary>Whether monitoring is disabled on request before.</summary>
    public bool IsDisabledBefore { get; init; }

    /// <summary>What a client asks when the operation rests in FAILED_TEMP; empty for nothing.</summary>
    public string Then { get; init; } = "";

    /// <summary>The type of the error with which it rests although the flag is on; empty when it ends.</summary>
    public string RestsWith { get; init; } = "";

    /// <summary>A journal point at which the operation is held until a cancel was answered; empty for none.</summary>
    public string CancelAt { get; init; } = "";

    public override string ToString() => $"{Page}: {Title}";
}
