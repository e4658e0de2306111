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
        string transcript;
        try
        {
            transcript = (await GiveAsync(play)).ToString();
        }
        finally
        {
            // The next play finds the agents as they were.
            await _stage.ReviveAsync();
        }

        await ErrorPage.DemandAsync(play, terminalStateOnError, transcript);
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
        await HitBeforeAsync(play, transcript);
        var operation = await _stage.MigrateAsync(vnf, play.To);
        transcript.Name(operation, "op");
        transcript.Line("asked", $"{play.From} -> {play.To}: 202");
        await CancelAsync(play, operation, transcript);
        if (play.Hit is { IsOnTheWayBack: false } || terminalStateOnError)
        {
            await HitAsync(play, operation, transcript);
        }

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
            await HitAsync(play, operation, transcript);
            rested = await AfterAsync(operation, transcript);
        }

        transcript.Events(await _stage.EventsAsync(vnf, operation));
        transcript.Occurrence(rested);
        if (play.Hit is { } hit)
        {
            await _stage.DemandLostAsync(hit.Agent);
        }

        transcript.Monitoring(await _stage.SettledMonitoringAsync(vnf));
        transcript.Alarms(await _stage.AlarmsAsync(vnf));
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

        var held = play.Hit?.At ?? play.CancelAt;
        if (held.Length > 0)
        {
            await _stage.HoldAsync(held);
            transcript.Line("drill", $"server holds the operation {held}");
        }
    }

    private async Task HitBeforeAsync(Play play, Transcript transcript)
    {
        if (play.Hit is { At.Length: 0 } hit)
        {
            await _stage.HitAsync(hit);
            transcript.Line("hit", hit.ToString());
            await _stage.DemandLostAsync(hit.Agent);
        }
    }

    private async Task HitAsync(Play play, string operation, Transcript transcript)
    {
        if (play.Hit is { At.Length: > 0 } hit)
        {
            await _stage.HeldAsync(operation);
            await _stage.HitAsync(hit);
            transcript.Line("hit", $"{hit} {hit.At}");

            // Whether a stopped agent is known to be lost when it is asked, or only while its answer is waited for, is
            // a matter of moments.
            foreach (var why in (string[])["is lost: its lease has ended", "is not online"])
            {
                transcript.Name($"Agent {hit.Agent} {why}", $"Agent {hit.Agent} is (lost)");
            }
            await _stage.ReleaseAsync();
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
        await _stage.ReviveAsync();
        await _stage.ClearDrillsAsync();
        if (!play.IsDisabledBefore)
        {
            var view = await _stage.DemandMendedAsync(vnf);
            transcript.Line("mended", $"every VM is watched by {view.Text("monitoring_agent")}");
            await _stage.DemandNoAlarmAsync(vnf);
            transcript.Line("", "no alarm is open");
        }

        if (state == "FAILED_TEMP")
        {
            (await _stage.AskAsync(operation, "fail")).Status.ShouldBe(System.Net.HttpStatusCode.OK);
        }
    }
}
