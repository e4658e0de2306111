using System.Globalization;
using System.Text;
using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.ErrorTable;

/// <summary>
/// What was asked, told and left behind, as lines that people can read. Ids are replaced by names, and what differs
/// from run to run (times, epochs, gaps) is left out.
/// </summary>
internal sealed class Transcript(string vnf, JsonElement monitoring)
{
    private const int Heading = 12;

    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, string> _names = Named(vnf, monitoring);

    public override string ToString() => _text.ToString().TrimEnd('\n');

    /// <summary>Gives an id a name.</summary>
    public void Name(string id, string name) => _names[id] = name;

    /// <summary>Writes a line.</summary>
    public void Line(string heading, string text)
    {
        foreach (var (id, name) in _names)
        {
            text = text.Replace(id, name, StringComparison.Ordinal);
        }

        _text.Append((heading.PadRight(Heading) + text).TrimEnd()).Append('\n');
    }

    /// <summary>Writes notifications, in their order.</summary>
    public void Told(IEnumerable<JsonElement> notifications)
    {
        foreach (var one in notifications)
        {
            Line("told", $"{one.Text("notificationStatus"),-6} {one.Text("operationState")}{Error(one)}");
        }
    }

    /// <summary>Writes the core's events, in their order.</summary>
    public void Events(IEnumerable<JsonElement> events)
    {
        foreach (var one in events)
        {
            Line("event", string.Join(
                ' ',
                ((string[])
                [
                    one.Text("type"), one.Text("status"), one.Text("vnfcInstanceId"), one.Text("agent"),
                    one.Text("detail"),
                ]).Where(part => part.Length > 0)));
        }
    }

    /// <summary>Writes an occurrence as a client sees it.</summary>
    public void Occurrence(JsonElement occurrence)
    {
        Line("occurrence", occurrence.Text("operationState") + Error(occurrence));
        foreach (var warning in occurrence.Items("warnings"))
        {
            Line("  warning", warning.ToString());
        }

        if (occurrence.TryGetProperty("changedInfo", out var changed))
        {
            Line("  changed", changed.GetRawText());
        }

        Line("  links", string.Join(' ', occurrence.GetProperty("_links").Names().Except(["self", "vnfInstance"])));
    }

    /// <summary>Writes which agent is stored, and where each VM's monitor is.</summary>
    public void Monitoring(JsonElement view)
    {
        Line("stored", $"{view.Text("key")} = {view.Text("monitoring_agent")}");
        foreach (var vnfc in view.Items("vnfcs"))
        {
            Line(
                "  " + _names[vnfc.Text("vnfcInstanceId")],
                $"{vnfc.Text("monitor")} {vnfc.Text("monitoring_agent")} {vnfc.Text("state")}");
        }
    }

    /// <summary>Writes the open alarms, those of VMs in the order of the VMs.</summary>
    public void Alarms(IEnumerable<JsonElement> alarms)
    {
        var lines = alarms
            .Select(alarm => $"{alarm.Text("faultType")} {alarm.Text("perceivedSeverity")} "
                + _names.GetValueOrDefault(alarm.Text("vnfcInstanceId"), alarm.Text("managedObjectId")))
            .Order(StringComparer.Ordinal).ToList();
        foreach (var line in lines.DefaultIfEmpty("none is open"))
        {
            Line("alarm", line);
        }
    }

    private static string Error(JsonElement document) => document.TryGetProperty("error", out var error)
        ? $"  [{error.Text("status")}] {error.Text("detail")}"
        : "";

    private static Dictionary<string, string> Named(string vnf, JsonElement monitoring)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [vnf] = "vnf" };
        var number = 0;
        foreach (var vnfc in monitoring.Items("vnfcs"))
        {
            number++;
            names[vnfc.Text("vnfcInstanceId")] = string.Create(CultureInfo.InvariantCulture, $"vm{number}");
            names[vnfc.Text("address")] = string.Create(CultureInfo.InvariantCulture, $"the address of vm{number}");
        }

        return names;
    }
}
