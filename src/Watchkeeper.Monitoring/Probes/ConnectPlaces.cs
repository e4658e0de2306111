using System.Globalization;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>How many probes may connect at the same time, and who may hold how many of these places.</summary>
/// <remarks>
/// A target that answers holds its place for milliseconds, one that swallows everything for its whole time-out. So
/// those that did not answer last time share three quarters of the places, however many they are, and those that did
/// can never be kept out by them. The latter leave an eighth free in turn: when a whole site goes silent at once, new
/// targets and those that come back are still asked.
/// </remarks>
/// <param name="Total">All places.</param>
internal readonly record struct ConnectPlaces(int Total)
{
    private const string Limits = "/proc/self/limits";
    private const string OpenFiles = "Max open files";

    /// <summary>Places that targets may hold that did not answer last time, or were never asked.</summary>
    public int Unproven => Math.Max(1, Total / 4 * 3);

    /// <summary>Places that targets may hold that answered last time.</summary>
    public int Proven => Math.Max(1, Total - (Total / 8));

    /// <summary>As many as the limit, and at most half of the files that this process may open.</summary>
    public static ConnectPlaces OfThisProcess() => OfFiles(File.Exists(Limits) ? File.ReadAllLines(Limits) : []);

    /// <summary>Those of a process with these lines in its <c>/proc/PID/limits</c>.</summary>
    internal static ConnectPlaces OfFiles(ReadOnlySpan<string> limits)
    {
        foreach (var line in limits)
        {
            if (line.StartsWith(OpenFiles, StringComparison.Ordinal)
                && line[OpenFiles.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
                && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files))
            {
                return new ConnectPlaces(Math.Clamp(files / 2, 8, ConnectLimits.Concurrent));
            }
        }

        return new ConnectPlaces(ConnectLimits.Concurrent);
    }
}
