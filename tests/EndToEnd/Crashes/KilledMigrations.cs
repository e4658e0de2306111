using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Crashes;

/// <summary>
/// What the error table leaves of migrations, whenever their server was killed: which agent is stored then, and with
/// which errors a migration may end at all.
/// </summary>
/// <param name="terminalStateOnError">Whether the VNFM itself takes the arrow out of FAILED_TEMP.</param>
/// <param name="vnfs">The VNFs, all watched by the local MONA as yet.</param>
internal sealed class KilledMigrations(bool terminalStateOnError, IEnumerable<string> vnfs)
{
    // Row 1, row 5, and row 7 with nothing to roll back. No kill makes an update fail, or is an unexpected failure.
    private const string NotOnline = "faults/agent-not-online";
    private const string SetFailed = "faults/set-failed";
    private const string NothingToUpdate = "faults/nothing-to-update";

    private readonly Dictionary<string, string> _agents =
        vnfs.ToDictionary(vnf => vnf, _ => "local_mona", StringComparer.Ordinal);
    private readonly Dictionary<string, string> _formers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _asked = new(StringComparer.Ordinal);

    /// <summary>A migration was asked for and accepted; others may begin without an answer that came through.</summary>
    public void Accepted(string operation, string to)
    {
        lock (_asked)
        {
            _asked[operation] = to;
        }
    }

    /// <summary>The migrations that were accepted.</summary>
    public IEnumerable<string> AllAccepted => _asked.Keys;

    /// <summary>The agent that must be stored once a VNF's newest operation rests or has ended; what the operation says
    /// of itself must be in the table.</summary>
    public string AgentAfter(string vnf, JsonElement newest)
    {
        if (newest.Text("operation") != "MONITORING_MIGRATION")
        {
            return _agents[vnf];
        }

        var id = newest.Text("id");
        var to = NameOf(newest.GetProperty("operationParams").Text("monitoring_agent"));
        to.ShouldBe(_asked.GetValueOrDefault(id, to), "the agent that was asked for");
        _formers.TryAdd(id, _agents[vnf]);
        var isChanged = newest.TryGetProperty("changedInfo", out _);
        DemandInTable(newest, isChanged);
        _agents[vnf] = newest.Text("operationState") switch
        {
            "COMPLETED" => to,
            "ROLLED_BACK" => _formers[id],
            "FAILED" or "FAILED_TEMP" => isChanged ? to : _formers[id],
            var state => throw new InvalidOperationException($"{id} is still {state}."),
        };
        return _agents[vnf];
    }

    private void DemandInTable(JsonElement occurrence, bool isChanged)
    {
        var (state, text) = (occurrence.Text("operationState"), occurrence.GetRawText());
        if (state == "COMPLETED")
        {
            occurrence.TryGetProperty("error", out _).ShouldBeFalse(text);
            return;
        }

        var error = occurrence.GetProperty("error").Text("type");
        error.ShouldBeOneOf([NotOnline, SetFailed, NothingToUpdate], text);
        if (state != "ROLLED_BACK")
        {
            // A retry asks for the agent again: it may have failed for that after the update was stored.
            isChanged.ShouldBe(error == SetFailed || (error == NotOnline && isChanged), text);
        }

        if (terminalStateOnError)
        {
            state.ShouldBe(error == NotOnline ? "FAILED" : "ROLLED_BACK", text);
        }
    }

    private static string NameOf(string address) => address[(address.LastIndexOf('/') + 1)..];
}
