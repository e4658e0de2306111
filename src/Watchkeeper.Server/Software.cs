using System.Reflection;

namespace Watchkeeper.Server;

/// <summary>What this program is.</summary>
internal static class Software
{
    /// <summary>Its version, without the mark of the build.</summary>
    public static string Version { get; } = typeof(Software).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
