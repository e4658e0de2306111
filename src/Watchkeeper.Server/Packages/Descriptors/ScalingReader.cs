using Watchkeeper.Server.Packages.Yaml;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>Reads the policies that say how many VMs there are (SOL001 6.10): aspects, levels, and the counts of each
/// VDU.</summary>
internal sealed class ScalingReader(ToscaTypes types)
{
    private const string Prefix = "tosca.policies.nfv.";
    private const int HighestLevel = 1_000;

    /// <summary>A flavour with what its policies say put in.</summary>
    public VnfdFlavour Applied(VnfdFlavour flavour, YamlMap topology)
    {
        var policies = topology.ItemsAt("policies").SelectMany(Policies).ToArray();
        var aspects = policies.Where(policy => policy.Type == "ScalingAspects").SelectMany(Aspects).ToImmutableArray();
        flavour = Levelled(flavour with { Aspects = aspects }, policies);
        foreach (var (type, properties, targets) in policies)
        {
            flavour = type switch
            {
                "VduInitialDelta" => ForTargets(flavour, targets, properties, vdu => vdu with
                {
                    InitialCount = Count(
                        properties.MapAt("initial_delta") ?? throw Missing(properties, "initial_delta")),
                }),
                "VduInstantiationLevels" => ForTargets(flavour, targets, properties, vdu => vdu with
                {
                    LevelCounts = Counts(properties, "levels", flavour.Levels.Select(level => level.Id)),
                }),
                "VduScalingAspectDeltas" => ForTargets(
                    flavour,
                    targets,
                    properties,
                    vdu => vdu with { Deltas = vdu.Deltas.Add(Deltas(properties, flavour)) }),
                _ => flavour,
            };
        }

        return flavour;
    }

    private IEnumerable<(string Type, YamlMap Properties, ImmutableArray<string> Targets)> Policies(YamlNode node)
    {
        foreach (var entry in node.AsMap("a policy").Entries)
        {
            var policy = entry.Value.AsMap($"the policy '{Excerpt.Of(entry.Key.Text)}'");
            var type = policy.TextAt("type") ?? "";
            var known = types.PolicyOf(type)
                ?? throw policy.Refused($"the policy type '{Excerpt.Of(type)}' is not supported");
            yield return (
                known[Prefix.Length..],
                policy.MapAt("properties") ?? new YamlMap(policy.Place, []),
                [.. policy.ItemsAt("targets").Select(target => target.AsText("a target"))]);
        }
    }

    private static IEnumerable<ScalingAspect> Aspects((string, YamlMap Properties, ImmutableArray<string>) policy)
    {
        foreach (var entry in policy.Properties.EntriesAt("aspects"))
        {
            var aspect = entry.Value.AsMap($"the aspect '{Excerpt.Of(entry.Key.Text)}'");
            var highest = aspect["max_scale_level"] ?? throw Missing(aspect, "max_scale_level");
            yield return new ScalingAspect(
                entry.Key.AsText("an aspect"),
                highest.AsCount("max_scale_level", 0, HighestLevel),
                [.. aspect.ItemsAt("step_deltas").Select(delta => delta.AsText("a step delta"))]);
        }
    }

    private static VnfdFlavour Levelled(
        VnfdFlavour flavour, (string Type, YamlMap Properties, ImmutableArray<string>)[] policies)
    {
        var found = policies.Where(policy => policy.Type == "InstantiationLevels").ToArray();
        if (found.Length == 0)
        {
            return flavour;
        }

        if (found.Length > 1)
        {
            throw found[1].Properties.Refused("a flavour has one policy InstantiationLevels");
        }

        var properties = found[0].Properties;
        var levels = properties.EntriesAt("levels").Select(entry => Level(entry, flavour)).ToImmutableArray();
        var chosen = properties.TextAt("default_level") ?? (levels.Length == 1 ? levels[0].Id : null);
        return chosen is null || levels.Any(level => level.Id == chosen)
            ? flavour with { Levels = levels, DefaultLevelId = chosen }
            : throw properties.Refused($"the default_level '{Excerpt.Of(chosen)}' is not a level");
    }

    private static InstantiationLevel Level(YamlMap.Entry entry, VnfdFlavour flavour)
    {
        var id = entry.Key.AsText("a level");
        var level = entry.Value.AsMap($"the level '{Excerpt.Of(id)}'");
        var scale = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (var info in level.EntriesAt("scale_info"))
        {
            var aspect = flavour.Aspects.FirstOrDefault(aspect => aspect.Id == info.Key.Text)
                ?? throw info.Key.Refused($"there is no scaling aspect '{Excerpt.Of(info.Key.Text)}'");
            var at = info.Value.AsMap("scale_info")["scale_level"] ?? throw Missing(info.Value, "scale_level");
            scale[aspect.Id] = at.AsCount("scale_level", 0, aspect.MaxLevel);
        }

        return new InstantiationLevel(id, level.TextAt("description") ?? "", scale.ToImmutable());
    }

    private static VduDeltas Deltas(YamlMap properties, VnfdFlavour flavour)
    {
        var id = properties.TextAt("aspect") ?? throw Missing(properties, "aspect");
        var aspect = flavour.Aspects.FirstOrDefault(aspect => aspect.Id == id)
            ?? throw properties.Refused($"there is no scaling aspect '{Excerpt.Of(id)}'");
        var counts = Counts(properties, "deltas", known: null);
        var missing = aspect.StepDeltas.FirstOrDefault(delta => !counts.ContainsKey(delta));
        return missing is not null ? throw properties.Refused($"the step delta '{Excerpt.Of(missing)}' is not given")
            : aspect.StepDeltas.Length == 0 && counts.Count != 1 ? throw properties.Refused(
                $"the aspect '{Excerpt.Of(id)}' has no step_deltas, so there must be exactly one delta")
            : new VduDeltas(id, counts);
    }

    private static ImmutableSortedDictionary<string, Setting> Counts(
        YamlMap properties, string key, IEnumerable<string>? known)
    {
        foreach (var entry in properties.EntriesAt(key))
        {
            if (known is not null && !known.Contains(entry.Key.Text))
            {
                throw entry.Key.Refused($"there is no instantiation level '{Excerpt.Of(entry.Key.Text)}'");
            }
        }

        return properties.EntriesAt(key).ToImmutableSortedDictionary(
            entry => entry.Key.Text, entry => Count(entry.Value.AsMap(key)), StringComparer.Ordinal);
    }

    private static Setting Count(YamlMap level) =>
        Setting.At(level, "number_of_instances") ?? throw Missing(level, "number_of_instances");

    private static VnfdFlavour ForTargets(
        VnfdFlavour flavour, ImmutableArray<string> targets, YamlMap properties, Func<Vdu, Vdu> change)
    {
        if (targets.FirstOrDefault(target => flavour.Vdus.All(vdu => vdu.Id != target)) is { } unknown)
        {
            throw properties.Refused($"the policy's target '{Excerpt.Of(unknown)}' is not a VDU");
        }

        return flavour with
        {
            Vdus = [.. flavour.Vdus.Select(vdu => targets.Contains(vdu.Id) ? change(vdu) : vdu)],
        };
    }

    private static PackageFormatException Missing(YamlNode node, string key) => node.Refused($"{key} is missing");
}
