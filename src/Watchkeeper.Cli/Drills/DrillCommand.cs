using System.CommandLine;

namespace Watchkeeper.Cli.Drills;

/// <summary><c>wk drill</c>: failures rehearsed on purpose.</summary>
internal static class DrillCommand
{
    public static Command Create() => Verb.Noun(
        "drill", "Failures rehearsed on purpose.", ListDrills.Create(), SetDrills.Create(), ClearDrills.Create());

    /// <summary>The argument that says who is to fail.</summary>
    public static Argument<string> Who() => new("WHO") { Description = "'server', or an agent's name." };
}
