using Simulation.Truth;

namespace Simulation.Faults;

/// <summary>Draws from a seed what kind of world it is.</summary>
internal static class WorldDraw
{
    /// <summary>The world of a seed.</summary>
    public static WorldSettings Of(int seed, TranscriptDetail detail = TranscriptDetail.None)
    {
        var random = new Random(seed);
        var isGentle = seed % 8 == 3;
        var vnfs = Enumerable.Range(0, random.Next(3, 6)).Select(_ => random.Next(1, 3)).ToImmutableArray();
        var agents = random.Next(2, 4);
        var first = vnfs.Select(_ => random.Next(0, agents + 1)).ToImmutableArray();
        var disabled = random.Next(8) == 0 ? "vm1a" : null;
        return new WorldSettings
        {
            Seed = seed,
            Detail = detail,
            Agents = agents,
            Vnfs = vnfs,
            FirstAgent = vnf => first[vnf - 1],
            HasProbeFaults = random.Next(8) == 0 && !isGentle,
            IsDisabled = vm => vm == disabled,
            IsGentle = isGentle,
            RepeatsMessages = seed % 8 == 5,
            HasConsumerFaults = random.Next(2) == 0,
            ServerArguments = [.. Arguments(random)],
        };
    }

    private static IEnumerable<string> Arguments(Random random)
    {
        yield return $"--monitorMigration:terminalStateOnError={(random.Next(2) == 0 ? "true" : "false")}";
        yield return $"--monitorMigration:preflight={(random.Next(4) == 0 ? "false" : "true")}";
        if (random.Next(2) == 0)
        {
            // Soon, so that guards come and go within a world's life.
            yield return $"--unwatched:guardAfter={random.Next(1, 5)}";
        }

        if (random.Next(2) == 0)
        {
            yield return $"--lcm:failedTempAlarm={random.Next(1, 6)}";
        }

        switch (random.Next(6))
        {
            case 0:
                yield return $"--drill:serviceUpdate=fail:times={random.Next(1, 4)}";
                break;
            case 1:
                yield return $"--drill:serviceUpdate=fail-after-write:times={random.Next(1, 4)}";
                break;
        }

        if (random.Next(6) == 0)
        {
            yield return $"--drill:rollbackUpdate=fail:times={random.Next(1, 3)}";
        }
    }
}
