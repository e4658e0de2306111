using System.Text.RegularExpressions;
using Watchkeeper.Server.Packages.Csar;
using Watchkeeper.Server.Packages.Yaml;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>Reads a VDU node: compute, image, boot data, and the monitoring extension in either of its two
/// places.</summary>
/// <param name="files">The package's files, among which images are found.</param>
/// <param name="file">The file in which the VDU stands.</param>
/// <param name="heal">The VNF's <c>lcm_operations_configuration.heal</c>; null when it has none.</param>
internal sealed partial class VduReader(UnpackedFiles files, string file, YamlMap? heal)
{
    /// <summary>Settings of one VM.</summary>
    private const int MostSettings = 100;

    public Vdu Read(string id, YamlMap node)
    {
        var properties = node.MapAt("properties")
            ?? throw node.Refused($"the VDU '{Excerpt.Of(id)}' has no properties");
        var profile = properties.MapAt("vdu_profile");
        var compute = node.MapAt("capabilities")?.MapAt("virtual_compute")?.MapAt("properties");
        var cpu = compute?.MapAt("virtual_cpu");
        var memory = compute?.MapAt("virtual_memory");
        return new Vdu
        {
            Id = id,
            MinCount = profile is null ? null : Setting.At(profile, "min_number_of_instances"),
            MaxCount = profile is null ? null : Setting.At(profile, "max_number_of_instances"),
            Cpus = cpu is null ? null : Setting.At(cpu, "num_virtual_cpu"),
            Memory = memory is null ? null : Setting.At(memory, "virtual_mem_size"),
            Image = Image(node, id),
            Environment = Environment(properties),
            Watch = Watch(properties, id),
        };
    }

    private VduWatch Watch(YamlMap properties, string id)
    {
        var extended = properties.MapAt("configurable_properties")?.MapAt("additional_vnfc_configurable_properties");
        var (kpis, rules, agents) = KpiReader.Read(
            properties, Either("kpi_data", properties, extended), Either("admin_rules", properties, extended), id);
        return new VduWatch
        {
            Kpis = kpis,
            Rules = rules,
            Agents = agents,
            BootTime = Chosen("bootup_time"),
            RecoveryAction = Chosen("recovery_action"),
            RecoveryWaitTime = Chosen("recovery_wait_time"),
            MaxRetries = Chosen("max_retries"),
            MonitorOnError = Chosen("monitor_on_error"),
        };

        // The oldest editions put recovery into the VNF's heal configuration: it holds for VDUs that say nothing.
        Setting? Chosen(string key) =>
            (Either(key, properties, extended) ?? heal?[key]) is { } node ? Setting.Of(node, key) : null;
    }

    /// <summary>A property from the VDU itself (older editions) or from its configurable properties (newer
    /// ones).</summary>
    private static YamlNode? Either(string key, YamlMap direct, YamlMap? extended) =>
        direct[key] is { } one && extended?[key] is not null
            ? throw one.Refused($"{key} is given twice: beside configurable_properties, and in it")
            : direct[key] ?? extended?[key];

    private string? Image(YamlMap node, string id)
    {
        string? image = null;
        foreach (var entry in node.EntriesAt("artifacts"))
        {
            var artifact = entry.Value.AsMap($"the artifact '{Excerpt.Of(entry.Key.Text)}'");
            if (artifact.TextAt("type") is not "tosca.artifacts.nfv.SwImage")
            {
                continue;
            }

            if (image is not null)
            {
                throw artifact.Refused($"the VDU '{Excerpt.Of(id)}' has two software images");
            }

            var name = artifact.TextAt("file") ?? throw artifact.Refused("a software image has no file");
            image = new[] { EntryName.Resolve(file, name), name }
                .FirstOrDefault(found => found is not null && files.Has(found))
                ?? throw artifact.Refused($"the software image '{Excerpt.Of(name)}' is not in the package");
            DemandChecksum(artifact, image);
        }

        return image;
    }

    /// <summary>The manifest hashes every image already; a checksum in the descriptor must agree with the file
    /// too.</summary>
    private void DemandChecksum(YamlMap artifact, string image)
    {
        if (artifact.MapAt("properties")?.MapAt("checksum") is not { } checksum)
        {
            return;
        }

        var algorithm = checksum.TextAt("algorithm") ?? "";
        var hash = checksum.TextAt("hash") ?? "";
        var actual = algorithm.ToUpperInvariant() switch
        {
            "SHA-256" or "SHA256" => files[image].Sha256,
            "SHA-512" or "SHA512" => files.Sha512(image),
            _ => throw checksum.Refused(
                $"the checksum of '{Excerpt.Of(image)}' is by '{Excerpt.Of(algorithm)}'; "
                + "SHA-256 and SHA-512 are known"),
        };
        if (!string.Equals(actual, hash, StringComparison.OrdinalIgnoreCase))
        {
            throw checksum.Refused($"the checksum of '{Excerpt.Of(image)}' is not that of the file");
        }
    }

    private static ImmutableSortedDictionary<string, Setting> Environment(YamlMap properties)
    {
        var boot = properties.MapAt("boot_data");
        boot?.DemandOnly("boot_data, as far as it is supported,", "kvp_data");
        var entries = boot?.MapAt("kvp_data")?.EntriesAt("data") ?? [];
        if (entries.Length > MostSettings)
        {
            throw boot!.Refused($"boot_data has more than {MostSettings} entries");
        }

        foreach (var key in entries.Select(entry => entry.Key))
        {
            if (!VariableName().IsMatch(key.Text) || key.Text.StartsWith("VM_", StringComparison.Ordinal)
                || key.Text.StartsWith("LD_", StringComparison.Ordinal))
            {
                throw key.Refused($"boot_data: '{Excerpt.Of(key.Text)}' can't name a setting of a VM: letters, digits "
                    + "and underscores, not beginning with VM_ or LD_");
            }
        }

        return entries.ToImmutableSortedDictionary(
            entry => entry.Key.Text,
            entry => Setting.Of(entry.Value, $"boot_data {entry.Key.Text}"),
            StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,127}\z", RegexOptions.NonBacktracking)]
    private static partial Regex VariableName();
}
