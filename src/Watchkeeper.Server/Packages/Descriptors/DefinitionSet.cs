using Watchkeeper.Server.Packages.Csar;
using Watchkeeper.Server.Packages.Yaml;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>The YAML files that a package's entry definitions reach by imports, each read once.</summary>
internal sealed record DefinitionSet(ImmutableArray<DefinitionSet.Definition> Definitions)
{
    // What a VNFD needs of these is known to the readers of this folder.
    private static readonly ImmutableArray<string> BuiltIn =
    [
        "etsi_nfv_sol001_common_types.yaml", "etsi_nfv_sol001_vnfd_types.yaml", "cisco_nfv_sol001_types.yaml",
    ];

    private static readonly ImmutableArray<string> Versions =
    [
        "tosca_simple_yaml_1_0", "tosca_simple_yaml_1_1", "tosca_simple_yaml_1_2", "tosca_simple_yaml_1_3",
    ];

    /// <summary>One file.</summary>
    internal sealed record Definition(string File, YamlMap Root);

    /// <exception cref="PackageFormatException">A file or an import is refused.</exception>
    public static DefinitionSet Load(UnpackedFiles files, string entry)
    {
        var found = ImmutableArray.CreateBuilder<Definition>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { entry };
        var next = new Queue<string>([entry]);
        var budget = new YamlBudget();
        while (next.TryDequeue(out var file))
        {
            if (found.Count == PackageLimits.DefinitionFiles)
            {
                throw new PackageFormatException($"more than {PackageLimits.DefinitionFiles} files are imported");
            }

            var root = Read(files, file, budget);
            found.Add(new Definition(file, root));
            foreach (var import in root.ItemsAt("imports"))
            {
                if (Imported(files, file, import) is { } name && seen.Add(name))
                {
                    next.Enqueue(name);
                }
            }
        }

        return new DefinitionSet(found.ToImmutable());
    }

    private static YamlMap Read(UnpackedFiles files, string file, YamlBudget budget)
    {
        var root = YamlReader.Read(file, files.Text(file, YamlLimits.Bytes), budget)
            .AsMap("a service template");
        var version = root.TextAt("tosca_definitions_version");
        return version is not null && Versions.Contains(version)
            ? root
            : throw root.Refused($"tosca_definitions_version '{Excerpt.Of(version ?? "")}' is none of "
                + string.Join(", ", Versions));
    }

    /// <summary>The file that an import means; null when it is built in.</summary>
    private static string? Imported(UnpackedFiles files, string from, YamlNode import)
    {
        var name = import switch
        {
            YamlMap map when map["file"] is { } file => file.AsText("file"),
            YamlMap { Entries: [{ Value: YamlMap inner }] } when inner["file"] is { } file => file.AsText("file"),
            YamlMap { Entries: [{ Value: YamlScalar only }] } => only.AsText("an import"),
            _ => import.AsText("an import"),
        };
        var beside = EntryName.Resolve(from, name);
        if (beside is not null && files.Has(beside))
        {
            return beside;
        }

        return files.Has(name) ? name
            : BuiltIn.Contains(name[(name.LastIndexOf('/') + 1)..]) ? null
            : throw import.Refused($"the import '{Excerpt.Of(name)}' is neither in the package nor built in");
    }
}
