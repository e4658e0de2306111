namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>The server's drill switches for the service update: failures rehearsed by hand (<c>drill</c>).</summary>
internal sealed class ServiceUpdateDrill
{
    private readonly Lock _lock = new();
    private int _updateTimes;
    private int _rollbackTimes;
    private bool _isAfterWrite;

    /// <summary>
    /// Reads <c>drill.serviceUpdate</c> (fail, fail-after-write) and <c>drill.rollbackUpdate</c> (fail).
    /// </summary>
    /// <exception cref="FormatException">A value is none of these; the message names it.</exception>
    public static ServiceUpdateDrill Parse(string? serviceUpdate, string? rollbackUpdate)
    {
        var drill = new ServiceUpdateDrill();
        if (serviceUpdate is not null and not "none")
        {
            (var what, drill._updateTimes) = Split("drill.serviceUpdate", serviceUpdate);
            drill._isAfterWrite = what switch
            {
                "fail" => false,
                "fail-after-write" => true,
                _ => throw new FormatException(
                    $"drill.serviceUpdate is '{serviceUpdate}', not fail or fail-after-write, with optional :times=M."),
            };
        }

        if (rollbackUpdate is not null and not "none")
        {
            (var what, drill._rollbackTimes) = Split("drill.rollbackUpdate", rollbackUpdate);
            if (what is not "fail")
            {
                throw new FormatException(
                    $"drill.rollbackUpdate is '{rollbackUpdate}', not fail with optional :times=M.");
            }
        }

        return drill;
    }

    /// <summary>Whether this update is to fail, and whether after it was written. Counts down.</summary>
    public (bool Fails, bool AfterWrite) Next(bool isRollback)
    {
        lock (_lock)
        {
            ref var times = ref isRollback ? ref _rollbackTimes : ref _updateTimes;
            if (times == 0)
            {
                return (false, false);
            }

            times = times == int.MaxValue ? times : times - 1;
            return (true, !isRollback && _isAfterWrite);
        }
    }

    private static (string What, int Times) Split(string name, string text)
    {
        var parts = text.Split(":times=", 2);
        return parts.Length == 1 ? (parts[0], int.MaxValue)
            : int.TryParse(parts[1], out var times) && times > 0 ? (parts[0], times)
            : throw new FormatException($"{name} is '{text}': times must be a number above 0.");
    }
}
