using Watchkeeper.Server.Packages.Descriptors;

namespace Watchkeeper.Server.Packages.Resolution;

/// <summary>How many VMs of a VDU there are (SOL001 6.10): by instantiation level, else by initial delta and scale
/// status.</summary>
internal static class InstanceCounts
{
    /// <summary>The VMs of a VDU in an instantiation level (null: the flavour has none).</summary>
    public static int At(
        Vdu vdu, VnfdFlavour flavour, string? levelId, IReadOnlyDictionary<string, int> scale, SettingReader settings)
    {
        if (levelId is null || !vdu.LevelCounts.TryGetValue(levelId, out var counted))
        {
            return Scaled(vdu, flavour, scale, settings);
        }

        var count = Bounded(vdu, settings.Whole(counted, 0, PackageLimits.VmsPerVnf, fallback: 1), settings);
        var scales = vdu.InitialCount is not null && vdu.Deltas.Length > 0;
        return scales && Scaled(vdu, flavour, scale, settings) is var other && other != count
            ? throw SettingReader.Refused(
                counted, $"{count} in the level '{Excerpt.Of(levelId)}', but {other} by its scale levels")
            : count;
    }

    /// <summary>The VMs of a VDU at the levels of the scaling aspects: the initial ones and those of every
    /// step.</summary>
    public static int Scaled(
        Vdu vdu, VnfdFlavour flavour, IReadOnlyDictionary<string, int> scale, SettingReader settings)
    {
        long count = settings.Whole(vdu.InitialCount ?? vdu.MinCount, 0, PackageLimits.VmsPerVnf, fallback: 1);
        foreach (var deltas in vdu.Deltas)
        {
            var aspect = flavour.Aspects.First(aspect => aspect.Id == deltas.AspectId);
            for (var step = 0; step < scale.GetValueOrDefault(aspect.Id); step++)
            {
                // A list that is shorter than the steps goes on with its last delta; without one there is a single
                // delta.
                var delta = aspect.StepDeltas.Length == 0
                    ? deltas.Counts.Values.First()
                    : deltas.Counts[aspect.StepDeltas[Math.Min(step, aspect.StepDeltas.Length - 1)]];
                count += settings.Whole(delta, 0, PackageLimits.VmsPerVnf, fallback: 0);
            }
        }

        return Bounded(vdu, (int)Math.Min(count, int.MaxValue), settings);
    }

    private static int Bounded(Vdu vdu, int count, SettingReader settings)
    {
        var least = settings.Whole(vdu.MinCount, 0, PackageLimits.VmsPerVnf, fallback: 0);
        var most = settings.Whole(vdu.MaxCount, 0, int.MaxValue, fallback: PackageLimits.VmsPerVnf);
        return count >= least && count <= most
            ? count
            : throw new PackageFormatException(
                $"the VDU '{Excerpt.Of(vdu.Id)}' would have {count} VMs; its vdu_profile allows {least} to {most}");
    }
}
