using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>Says whether an assignment can be carried out at all; pure.</summary>
internal static class AssignmentCheck
{
    private const int LongestName = 255;
    private const int MostRepeats = 1_000;
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromDays(1);

    /// <summary>Why the assignment is refused; null and its endpoint when it is not.</summary>
    public static string? Refusal(Assignment assignment, out ProbeEndpoint? endpoint)
    {
        if (!TryParse(assignment.Address, out endpoint))
        {
            return $"address {Shown(assignment.Address)} is not an IP address of a single host";
        }

        if (assignment.Kpis.IsDefaultOrEmpty || assignment.Kpis.Length > AgentLimits.KpisPerTarget)
        {
            return $"1 to {AgentLimits.KpisPerTarget} KPIs are watched";
        }

        for (var i = 0; i < assignment.Kpis.Length; i++)
        {
            if (RefusalOf(assignment.Kpis[i], endpoint) is { } refusal)
            {
                return refusal;
            }

            for (var earlier = 0; earlier < i; earlier++)
            {
                if (assignment.Kpis[earlier].EventName == assignment.Kpis[i].EventName)
                {
                    return $"two KPIs raise {assignment.Kpis[i].EventName}";
                }
            }
        }

        return null;
    }

    /// <summary>Reads an address as it is printed: no short forms, none that means many hosts or none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ProbeEndpoint? endpoint)
    {
        endpoint = null;
        if (!IPAddress.TryParse(text, out var address))
        {
            return false;
        }

        var isIp4 = address.AddressFamily == AddressFamily.InterNetwork;
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Broadcast)
            || address.IsIPv6Multicast || address.IsIPv4MappedToIPv6 || (isIp4 && address.ToString() != text)
            || (isIp4 && (address.GetAddressBytes()[0] & 0xF0) == 0xE0))
        {
            return false;
        }

        endpoint = new ProbeEndpoint(address);
        return true;
    }

    /// <summary>Why a KPI can't be watched; null when it can.</summary>
    public static string? RefusalOf(Kpi kpi, ProbeEndpoint endpoint)
    {
        if (string.IsNullOrEmpty(kpi.EventName) || kpi.EventName.Length > LongestName)
        {
            return $"an event name has 1 to {LongestName} characters";
        }

        var isIcmp = kpi.Collector == CollectorKind.IcmpPing;
        return kpi switch
        {
            _ when !Enum.IsDefined(kpi.Collector) || !Enum.IsDefined(kpi.Condition) =>
                $"collector or condition of {kpi.EventName} is unknown",
            _ when kpi.PollFrequency < ShortestPoll || kpi.PollFrequency > LongestPoll =>
                $"{kpi.EventName} is polled more than every 100 ms or less than daily",
            _ when kpi.Timeout <= TimeSpan.Zero || kpi.Timeout > kpi.PollFrequency =>
                $"the time-out of {kpi.EventName} is not between 0 and its poll frequency",
            _ when kpi.OccurrencesTrue is < 1 or > MostRepeats || kpi.OccurrencesFalse is < 1 or > MostRepeats =>
                $"repeats of {kpi.EventName} are not 1 to {MostRepeats}",
            // What the link can't carry would end it, each time anew.
            _ when !double.IsFinite(kpi.Threshold) => $"the threshold of {kpi.EventName} is not a number",
            _ when kpi.Port < 0 => $"the port of {kpi.EventName} is negative",
            _ when kpi.Path is null || kpi.Path.Length > Kpi.LongestPath =>
                $"the path of {kpi.EventName} is longer than {Kpi.LongestPath} characters",
            _ when !isIcmp && kpi.Port is < 1 or > 65_535 => $"the port of {kpi.EventName} is not 1 to 65535",
            _ when kpi.Collector == CollectorKind.HttpGet && !HasPath(kpi, endpoint) =>
                $"the path of {kpi.EventName} is not one",
            _ => null,
        };
    }

    private static bool HasPath(Kpi kpi, ProbeEndpoint endpoint)
    {
        if (kpi.Path is not ['/', ..])
        {
            return false;
        }

        try
        {
            return HttpProbe.UriOf(endpoint.Address, kpi).Port == kpi.Port;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    private static string Shown(string? text) => text is null ? "(none)" : text.Length <= 64 ? text : text[..64];
}
