using System.Text.Json;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;

namespace Watchkeeper.Cli.Demo;

/// <summary>What happened in the demo and when, told as it happens and once more as a table.</summary>
internal sealed class Timeline(Page page, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private readonly List<Entry> _entries = [];
    private readonly List<HandOver> _handOvers = [];
    private readonly Lock _lock = new();

    /// <summary>Tells what just happened; also from the callback listener, while the story goes on.</summary>
    public void Tell(string text)
    {
        lock (_lock)
        {
            var entry = new Entry(time.GetElapsedTime(_began), text);
            _entries.Add(entry);
            page.Progress($"{entry.At.TotalSeconds,8:0.000} s  {entry.Text}");
        }
    }

    /// <summary>Keeps a hand-over for the summary.</summary>
    public void Add(HandOver handOver) => _handOvers.Add(handOver);

    /// <summary>The hand-overs with their gaps: a table, or the one document for machines.</summary>
    public void Summarise()
    {
        if (page.IsJson)
        {
            page.Json(Document());
            return;
        }

        var table = Page.TableOf("FROM", "TO", "VM", "GAP MS", "POLL MS", "EXCESS GAP MS", "TOOK MS");
        foreach (var one in _handOvers)
        {
            foreach (var vm in one.Vnfcs)
            {
                table.Row(
                    one.From,
                    one.To,
                    vm.Text("vnfcInstanceId"),
                    vm.Text("gapMs"),
                    vm.Text("pollMs"),
                    vm.Text("excessGapMs"),
                    one.Took.TotalMilliseconds.ToString("0"));
            }
        }

        page.Line("");
        page.Line("The hand-overs: gap = last probe of the old agent to first probe of the new one;");
        page.Line("excess gap = what of it goes beyond the poll period; took = STARTING to COMPLETED.");
        page.Show(table);
    }

    private JsonElement Document() => JsonSerializer.SerializeToElement(new
    {
        timeline = _entries.Select(entry => new { seconds = entry.At.TotalSeconds, what = entry.Text }),
        handOvers = _handOvers.Select(one => new
        {
            from = one.From, to = one.To, tookMs = one.Took.TotalMilliseconds, vnfcs = one.Vnfcs,
        }),
    });

    private sealed record Entry(TimeSpan At, string Text);
}

/// <summary>One hand-over of the watch.</summary>
/// <param name="From">The old agent.</param>
/// <param name="To">The new agent.</param>
/// <param name="Vnfcs">What the occurrence says of each VM.</param>
/// <param name="Took">From STARTING to COMPLETED, by the server's clock.</param>
internal sealed record HandOver(string From, string To, ImmutableArray<JsonElement> Vnfcs, TimeSpan Took);
