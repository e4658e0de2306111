using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Layout;

/// <summary>Who may know whom: read from using directives and from names written in full.</summary>
internal static class FolderDependencies
{
    /// <summary>A folder whose sources must not name certain namespaces.</summary>
    private sealed record Wall(string Folder, string Why, params ImmutableArray<string> MustNotName);

    /// <summary>A namespace that only certain folders of the product may name.</summary>
    private sealed record Reserve(string Namespace, string Why, params ImmutableArray<string> For);

    private static ImmutableArray<Wall> Walls =>
    [
        new("src/Watchkeeper.Lifecycle", "The rules are pure: no I/O, no waiting, no package.",
            "Watchkeeper.Server", "Watchkeeper.Monitoring", "Microsoft", "System.IO", "System.Net", "System.Threading"),
        new("src/Watchkeeper.Monitoring", "An agent knows targets, not VNFs.",
            "Watchkeeper.Server", "Watchkeeper.Lifecycle"),
        new("src/Watchkeeper.Agent", "An agent knows targets, not VNFs.",
            "Watchkeeper.Server", "Watchkeeper.Lifecycle"),
        new("src/Watchkeeper.Cli", "wk speaks HTTP only.",
            "Watchkeeper.Server", "Watchkeeper.Lifecycle", "Watchkeeper.Monitoring", "Watchkeeper.Agent"),

        Server("Sol003", "It holds what all resources share, so it knows none of them.",
            "Agents", "Engine", "Notifications", "OperationOccurrences", "Operations", "Packages", "Subscriptions",
            "Vim", "VnfInstances"),
        Server("Storage", "Everybody stands on it, so it knows nobody.",
            "Agents", "Engine", "Notifications", "OperationOccurrences", "Operations", "Packages", "Sol003",
            "Subscriptions", "Vim", "VnfInstances"),
        Server("Engine", "It carries any operation: a new one must not change it.",
            "Agents", "OperationOccurrences", "Operations", "Packages", "Sol003", "Subscriptions", "Vim",
            "VnfInstances"),
        Server("Vim", "It makes VMs, and does not know who watches them or why they are made.",
            "Agents", "Notifications", "OperationOccurrences", "Operations", "Subscriptions", "VnfInstances"),
        Server("Agents", "Operations ask agents, never the other way round.",
            "Notifications", "OperationOccurrences", "Operations", "Packages", "Subscriptions", "Vim", "VnfInstances"),
        Server("Notifications", "It tells what is stored, and does not know how it came about.",
            "Agents", "Operations", "Packages", "Vim"),
    ];

    private static ImmutableArray<Reserve> Reserves =>
    [
        new("Orleans", "Orleans coordinates, and only there.", "src/Watchkeeper.Server/Cluster"),
        new("Microsoft.Data.Sqlite", "SQL is spoken in one room.", "src/Watchkeeper.Server/Storage"),
        new("Microsoft.EntityFrameworkCore", "SQL is spoken in one room.", "src/Watchkeeper.Server/Storage"),
        new("Npgsql", "SQL is spoken in one room.", "src/Watchkeeper.Server/Storage"),
        new("YamlDotNet", "Descriptors are read in one room.", "src/Watchkeeper.Server/Packages"),
    ];

    public static IEnumerable<string> Check(Repository repository)
    {
        foreach (var file in repository.Product)
        {
            var names = NamesIn(file);
            foreach (var wall in Walls.Where(wall => file.IsBelow(wall.Folder)))
            {
                foreach (var name in names.Where(name => wall.MustNotName.Any(barred => IsWithin(name, barred))))
                {
                    yield return $"{file}: names {name}. {wall.Why} Move the code, or turn the dependency round.";
                }
            }

            foreach (var reserve in Reserves.Where(reserve => !reserve.For.Any(file.IsBelow)))
            {
                foreach (var name in names.Where(name => IsWithin(name, reserve.Namespace)))
                {
                    yield return $"{file}: names {name}. {reserve.Why} Move the code to {reserve.For[0]}.";
                }
            }

            if (OperationOf(file.Path.Replace('/', '.')) is { } own)
            {
                foreach (var name in names.Where(name => OperationOf(name) is { } other && other != own))
                {
                    yield return $"{file}: names {name}. An operation knows no other: put what they share beside them.";
                }
            }
        }
    }

    private static Wall Server(string folder, string why, params ImmutableArray<string> folders) => new(
        "src/Watchkeeper.Server/" + folder, why, [.. folders.Select(other => "Watchkeeper.Server." + other)]);

    private static ImmutableArray<string> NamesIn(TextFile file) =>
    [
        .. file.Syntax.DescendantNodes().OfType<UsingDirectiveSyntax>()
            .Select(directive => directive.NamespaceOrType.ToString())
            .Concat(file.Syntax.DescendantNodes()
                .Where(node => node is QualifiedNameSyntax or MemberAccessExpressionSyntax
                    && node.Parent is not (QualifiedNameSyntax or MemberAccessExpressionSyntax
                        or UsingDirectiveSyntax or BaseNamespaceDeclarationSyntax))
                .Select(node => node.ToString())
                .Where(name => name.StartsWith("Watchkeeper.", StringComparison.Ordinal)
                    || name.StartsWith("Orleans.", StringComparison.Ordinal)))
            .Select(name => name.Replace("global::", "", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal),
    ];

    private static bool IsWithin(string name, string @namespace) =>
        name == @namespace || name.StartsWith(@namespace + ".", StringComparison.Ordinal);

    // The operation whose folder a path or a namespace is in: the third part after "Watchkeeper.Server.Operations".
    private static string? OperationOf(string dotted)
    {
        const string Operations = "Watchkeeper.Server.Operations.";
        var at = dotted.IndexOf(Operations, StringComparison.Ordinal);
        var rest = at < 0 ? "" : dotted[(at + Operations.Length)..];
        return rest.Length == 0 || rest.EndsWith(".cs", StringComparison.Ordinal) && rest.Count(c => c == '.') == 1
            ? null
            : rest.Split('.')[0];
    }
}
