using EndToEnd.Harness;

namespace EndToEnd.ErrorTable;

/// <summary>
/// Every row of the error table with real processes, the whole answer compared with docs/flows/errors.
/// </summary>
public abstract class RowTests(bool terminalStateOnError, SharedStage shared)
{
    private readonly Stage _stage = shared.Stage;

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Plays.All.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task A_row_ends_as_its_page_shows(int number)
    {
        var play = Plays.All[number];
        var transcript = await GiveAsync(play);
        await ErrorPage.DemandAsync(play, terminalStateOnError, transcript.ToString());
    }

    private async Task<Transcript> GiveAsync(Play play)
    {
        var vnf = await _stage.DeployAsync(play.From);
        var transcript = new Transcript(vnf, await _stage.MonitoringAsync(vnf));
        if (play.IsDisabledBefore)
        {
            await _stage.SwitchMonitoringAsync(vnf, "disable");
        }

        await DrillAsync(play, transcript);
        var operation = await _stage.MigrateAsync(vnf, play.To);
        transcript.Name(operation, "op");
        transcript.Line("asked", $"{play.From} -> {play.To}: 202");
        await CancelAsync(play, operation, transcript);

        var rested = await _stage.EndOfAsync(operation, play.RestsWith);
        transcript.Told(await _stage.ToldAsync(operation, rested.Text("operationState")));
        if (terminalStateOnError && play.RestsWith.Length > 0)
        {
            // It has passed FAILED_TEMP on its way back before it came to rest there.
            transcript.Told(await _stage.ToldAsync(operation, "FAILED_TEMP"));
        }

        if (play.Then.Length > 0 && rested.Text("operationState") == "FAILED_TEMP" && !terminalStateOnError)
        {
            transcript.Line("asked", $"{play.Then}: {(int)(await _stage.AskAsync(operation, play.Then)).Status}");
            rested = await AfterAsync(operation, transcript);
        }

        transcript.Events(await _stage.EventsAsync(vnf, operation));
        transcript.Occurrence(rested);
        transcript.Monitoring(await _stage.MonitoringAsync(vnf));
        await MendAsync(play, vnf, operation, rested.Text("operationState"), transcript);
        return transcript;
    }

    private async Task DrillAsync(Play play, Transcript transcript)
    {
        await _stage.ClearDrillsAsync();
        foreach (var (who, drill) in play.Drills)
        {
            await _stage.DrillAsync(who, drill);
            transcript.Line("drill", $"{who} {drill}");
        }

        if (play.CancelAt.Length > 0)
        {
            await _stage.HoldAsync(play.CancelAt);
            transcript.Line("drill", $"server holds the operation {play.CancelAt}");
        }
    }

    private async Task CancelAsync(Play play, string operation, Transcript transcript)
    {
        if (play.CancelAt.Length == 0)
        {
            return;
        }

        await _stage.HeldAsync(operation);
        var answer = await _stage.AskAsync(operation, "cancel");
        transcript.Line("asked", $"cancel: {(int)answer.Status} {answer.Json.Text("detail")}");
        await _stage.ClearDrillsAsync();
    }

    private async Task<System.Text.Json.JsonElement> AfterAsync(string operation, Transcript transcript)
    {
        var rested = await _stage.EndOfAsync(operation);
        transcript.Told(await _stage.ToldAsync(operation, rested.Text("operationState")));
        return rested;
    }

    // What failed on purpose works again: every VM must be watched by the agent that is stored.
    private async Task MendAsync(Play play, string vnf, string operation, string state, Transcript transcript)
    {
        await _stage.ClearDrillsAsync();
        if (!play.IsDisabledBefore)
        {
            var view = await _stage.DemandMendedAsync(vnf);
            transcript.Line("mended", $"every VM is watched by {view.Text("monitoring_agent")}");
        }

        if (state == "FAILED_TEMP")
        {
            (await _stage.AskAsync(operation, "fail")).Status.ShouldBe(System.Net.HttpStatusCode.OK);
        }
    }
}
