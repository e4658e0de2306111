using Microsoft.Extensions.Logging.Abstractions;
using Watchkeeper.Server.Drills;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>What the server's drills mean for the service update: failures rehearsed by hand.</summary>
internal sealed class ServiceUpdateDrill(ServerDrills drills)
{
    /// <summary>
    /// Reads <c>drill.serviceUpdate</c> (fail, fail-after-write) and <c>drill.rollbackUpdate</c> (fail).
    /// </summary>
    /// <exception cref="FormatException">A value is none of these; the message names it.</exception>
    public static ServiceUpdateDrill Parse(string? serviceUpdate, string? rollbackUpdate)
    {
        var drills = new ServerDrills(_ => { }, NullLogger<ServerDrills>.Instance);
        drills.Replace(DrillSettings.Parse(
            (ServerDrillKind.ServiceUpdate, serviceUpdate), (ServerDrillKind.RollbackUpdate, rollbackUpdate)));
        return new ServiceUpdateDrill(drills);
    }

    /// <summary>Whether this update is to fail, and whether after it was written. Counts.</summary>
    public (bool Fails, bool AfterWrite) Next(bool isRollback)
    {
        var how = drills.NextUpdate(isRollback ? ServerDrillKind.RollbackUpdate : ServerDrillKind.ServiceUpdate);
        return (how is not null, how == "fail-after-write");
    }
}
