using System.Xml.Linq;

namespace Tidy.Layout;

/// <summary>The projects of the product refer to each other one way, as ARCHITECTURE.md draws it.</summary>
internal static class ProjectReferences
{
    private const string BuiltOnly = "ReferenceOutputAssembly";

    // What each project compiles against. wk only has the two processes built that its demo starts.
    private static ImmutableSortedDictionary<string, ImmutableArray<string>> Allowed =>
        new Dictionary<string, ImmutableArray<string>>
        {
            ["Watchkeeper.Lifecycle"] = [],
            ["Watchkeeper.Monitoring"] = [],
            ["Watchkeeper.Server"] = ["Watchkeeper.Lifecycle", "Watchkeeper.Monitoring"],
            ["Watchkeeper.Agent"] = ["Watchkeeper.Monitoring"],
            ["Watchkeeper.Cli"] = [],
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Check(Repository repository)
    {
        var projects = repository.Files
            .Where(file => file.IsBelow("src") && file.Name.EndsWith(".csproj", StringComparison.Ordinal));
        foreach (var file in projects)
        {
            var name = file.Name[..^".csproj".Length];
            if (!Allowed.TryGetValue(name, out var allowed))
            {
                yield return $"{file}: an unknown project. Say here and in ARCHITECTURE.md whom it may know.";
                continue;
            }

            var document = XDocument.Parse(file.Text);
            foreach (var reference in document.Descendants("ProjectReference"))
            {
                var other = ((string?)reference.Attribute("Include") ?? "").Split('/')[^1].Replace(".csproj", "");
                var isBuiltOnly = (string?)reference.Attribute(BuiltOnly) == "false";
                if (isBuiltOnly ? name != "Watchkeeper.Cli" : !allowed.Contains(other))
                {
                    yield return isBuiltOnly
                        ? $"{file}: only wk has others built beside it. Take {other} out."
                        : $"{file}: {name} must not know {other}. Take it out; in wk, set {BuiltOnly}=\"false\".";
                }
            }

            if (name == "Watchkeeper.Lifecycle" && document.Descendants("PackageReference").Any())
            {
                yield return $"{file}: the rules use no package. Put what needs one into Watchkeeper.Server.";
            }
        }
    }
}
