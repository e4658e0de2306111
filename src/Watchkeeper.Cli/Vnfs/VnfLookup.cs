using System.Text.Json;
using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Vnfs;

/// <summary>Finds the VNF instance that a person means: names need not be unique, ids are long.</summary>
internal static class VnfLookup
{
    /// <summary>The id of the one instance that an id, the beginning of an id or a name fits.</summary>
    public static async Task<string> FindAsync(ServerApi api, string given, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(given, "D", out _))
        {
            return given;
        }

        var all = await api.ListAsync(Resource.Instances, cancellationToken);
        return OneOf(all.Items().ToList(), given, "VNF instance", "vnfInstanceName");
    }

    /// <summary>The id of the one resource that an id, the beginning of an id or a name fits.</summary>
    /// <param name="all">The resources.</param>
    /// <param name="given">What the person gave.</param>
    /// <param name="kind">What the resources are, for people.</param>
    /// <param name="nameMember">The member that names a resource; null when they have no names.</param>
    public static string OneOf(IReadOnlyList<JsonElement> all, string given, string kind, string? nameMember)
    {
        var fitting = all.Where(one => Fits(one, given, nameMember)).Select(one => one.Text("id")).Distinct().ToList();
        return fitting switch
        {
            [] => throw new WkException($"There is no {kind} '{given}'."),
            [var id] => id,
            _ => throw new WkException(
                $"'{given}' fits {fitting.Count} {kind}s; give an id: {string.Join(", ", fitting)}"),
        };
    }

    private static bool Fits(JsonElement one, string given, string? nameMember) =>
        one.Text("id").StartsWith(given, StringComparison.OrdinalIgnoreCase)
        || (nameMember is not null && string.Equals(one.Text(nameMember), given, StringComparison.Ordinal));
}
