using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Sol003;

/// <summary>What versions of an API there are (SOL013 9.3).</summary>
internal sealed record ApiVersionInformation(string UriPrefix, IReadOnlyList<ApiVersion> ApiVersions);

/// <summary>One served version of an API.</summary>
internal sealed record ApiVersion(string Version, bool IsDeprecated);

/// <summary>An API of SOL003 that is served.</summary>
/// <param name="Name">The first segment of its paths.</param>
/// <param name="Path">The path of its resources.</param>
/// <param name="Versions">Its versions, the newest last.</param>
internal sealed record ServedApi(string Name, string Path, params ImmutableArray<string> Versions)
{
    /// <summary>The version of a request that names none.</summary>
    public string Newest => Versions[^1];
}

/// <summary>The Version header (SOL013 4.2 and 9): which versions are served, and which one a request is answered
/// in.</summary>
/// <remarks>A request without the header is answered in the newest: the source document's client sends none.</remarks>
internal static class Versions
{
    public const string Header = "Version";

    private static ServedApi Lifecycle { get; } = new("/vnflcm", Links.Api, "2.0.0", "2.1.0", "2.2.0", "2.3.0");

    private static ServedApi Faults { get; } = new("/vnffm", Links.FaultApi, "1.3.0", "1.4.0", "1.5.0");

    /// <summary>The version of the lifecycle API of a request that names none.</summary>
    public static string Newest => Lifecycle.Newest;

    /// <summary>The API that a path belongs to; null when it is none of SOL003's.</summary>
    public static ServedApi? ApiOf(PathString path) =>
        path.StartsWithSegments(Lifecycle.Name, StringComparison.OrdinalIgnoreCase) ? Lifecycle
        : path.StartsWithSegments(Faults.Name, StringComparison.OrdinalIgnoreCase) ? Faults
        : null;

    /// <summary>Which version answers a request; the fault when none does.</summary>
    public static bool TryChoose(
        ServedApi api, IReadOnlyList<string?> sent, out string version, [NotNullWhen(false)] out Fault? fault)
    {
        version = api.Newest;
        fault = null;
        if (sent.Count == 0)
        {
            return true;
        }

        if (sent.Count > 1 || !TryReadNumber(sent[0] ?? "", out var number))
        {
            fault = RequestFaults.MalformedVersion;
            return false;
        }

        if (!api.Versions.Contains(number, StringComparer.Ordinal))
        {
            fault = RequestFaults.UnsupportedVersion(string.Join(", ", api.Versions));
            return false;
        }

        version = number;
        return true;
    }

    public static void MapVersions(this IEndpointRouteBuilder routes)
    {
        routes.MapVersionsOf(Lifecycle);
        routes.MapVersionsOf(Faults);
    }

    private static void MapVersionsOf(this IEndpointRouteBuilder routes, ServedApi api)
    {
        foreach (var path in (string[])[api.Name, api.Path])
        {
            routes.MapGet(
                    path + "/api_versions",
                    (ApiRoot root) => Results.Json(Of(api, root), Sol003Json.Default.ApiVersionInformation))
                .WithQuery()
                .WithTags("API versions")
                .WithSummary("Which versions of the API are served")
                .Produces<ApiVersionInformation>();
        }
    }

    private static ApiVersionInformation Of(ServedApi api, ApiRoot root) => new(
        root.Text + api.Path, [.. api.Versions.Select(version => new ApiVersion(version, IsDeprecated: false))]);

    // MAJOR.MINOR.PATCH, optionally with the mark of an implementation, which we don't have: -impl:ORG:PRODUCT:N.
    private static bool TryReadNumber(string text, out string number)
    {
        var mark = text.IndexOf("-impl:", StringComparison.Ordinal);
        number = mark < 0 ? text : text[..mark];
        if (mark >= 0 && text[(mark + 6)..].Split(':') is not [{ Length: > 0 }, { Length: > 0 }, { Length: > 0 }])
        {
            return false;
        }

        var parts = number.Split('.');
        return parts.Length == 3 && parts.All(part =>
            part.Length is > 0 and <= 9
            && part.All(char.IsAsciiDigit)
            && (part.Length == 1 || part[0] != '0')
            && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }
}
