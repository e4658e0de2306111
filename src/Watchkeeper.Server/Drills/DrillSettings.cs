using Watchkeeper.Server.Configuration;
using Watchkeeper.Server.Engine;

namespace Watchkeeper.Server.Drills;

/// <summary>The drills that a server is started with, and whether more may be switched while it runs.</summary>
/// <param name="AreAllowed"><c>drills.allowed</c>.</param>
/// <param name="AtStart">On from the start.</param>
internal sealed record DrillSettings(bool AreAllowed, ImmutableArray<ServerDrill> AtStart)
{
    /// <exception cref="ConfigurationException">A drill can't be read.</exception>
    public static DrillSettings Of(Settings settings)
    {
        try
        {
            return new DrillSettings(
                settings.Boolean("drills:allowed", usual: false),
                Parse(
                    (ServerDrillKind.ServiceUpdate, settings.Text("drill:serviceUpdate")),
                    (ServerDrillKind.RollbackUpdate, settings.Text("drill:rollbackUpdate")),
                    (ServerDrillKind.CrashAt, settings.Text("drill:crashAt"))));
        }
        catch (FormatException unreadable)
        {
            throw new ConfigurationException(unreadable.Message);
        }
    }

    /// <summary>Demands, before any of them is switched on, that the journal points which drills name exist.</summary>
    /// <exception cref="ConfigurationException">One does not.</exception>
    public void DemandPoints(PlanCatalog plans)
    {
        var points = JournalPoints.All(plans).ToHashSet(StringComparer.Ordinal);
        if (AtStart.FirstOrDefault(drill => !drill.IsAtOneOf(points)) is { } unknown)
        {
            throw new ConfigurationException($"drill.{unknown.Name}: there is no journal point {unknown.What}.");
        }
    }

    /// <summary>Reads the drills that are given; none, or the word <c>none</c>, is none.</summary>
    /// <exception cref="FormatException">One can't be read; the message names it.</exception>
    public static ImmutableArray<ServerDrill> Parse(params ReadOnlySpan<(ServerDrillKind Kind, string? Text)> given)
    {
        var drills = ImmutableArray.CreateBuilder<ServerDrill>();
        foreach (var (kind, text) in given)
        {
            if (text is not null and not "none")
            {
                drills.Add(ServerDrill.Parse(kind, text));
            }
        }

        return drills.ToImmutable();
    }
}
