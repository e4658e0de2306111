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

    /// <summary>What becomes of an agent's process; null for nothing.</summary>
    public Hit? Hit { get; init; }

    /// <summary>A journal point at which the operation is held until a cancel was answered; empty for none.</summary>
    public string CancelAt { get; init; } = "";

    public override string ToString() => $"{Page}: {Title}";
}

/// <summary>An agent's process is hit from outside, as a crash or an administrator would.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="IsKilled">Whether it is killed (SIGKILL), and not stopped (SIGSTOP).</param>
/// <param name="At">The journal point at which the operation is held meanwhile; empty: before the request, and the
/// agent is known to be lost by then.</param>
internal sealed record Hit(string Agent, bool IsKilled, string At = "")
{
    /// <summary>Whether it comes while the operation is rolled back.</summary>
    public bool IsOnTheWayBack => At.Contains(":rollback/", StringComparison.Ordinal);

    public override string ToString() => (IsKilled ? "SIGKILL " : "SIGSTOP ") + Agent;
}
