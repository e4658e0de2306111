using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Sol003;

/// <summary>What versions of an API there are (SOL013 9.3).</summary>
internal sealed record ApiVersionInformation(string UriPrefix, IReadOnlyList<ApiVersion> ApiVersions);

/// <summary>One served version of an API.</summary>
internal sealed record ApiVersion(string Version, bool IsDeprecated);

/// <summary>The Version header (SOL013 4.2 and 9): which versions are served, and which one a request is answered
/// in.</summary>
/// <remarks>A request without the header is answered in the newest: the source document's client sends none.</remarks>
internal static class Versions
{
    public const string Header = "Version";

    /// <summary>The version of a request that names none.</summary>
    public static string Newest => Served[^1];

    private static string[] Served { get; } = ["2.0.0", "2.1.0", "2.2.0", "2.3.0"];

    /// <summary>Which version answers a request; the fault when none does.</summary>
    public static bool TryChoose(
        IReadOnlyList<string?> sent, out string version, [NotNullWhen(false)] out Fault? fault)
    {
        version = Newest;
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

        if (!Served.Contains(number, StringComparer.Ordinal))
        {
            fault = RequestFaults.UnsupportedVersion(string.Join(", ", Served));
            return false;
        }

        version = number;
        return true;
    }

    public static void MapVersions(this IEndpointRouteBuilder routes)
    {
        foreach (var path in (string[])["/vnflcm/api_versions", Links.Api + "/api_versions"])
        {
            routes.MapGet(path, (Links links) => Results.Json(Of(links), Sol003Json.Default.ApiVersionInformation))
                .WithQuery()
                .WithTags("API versions")
                .WithSummary("Which versions of the API are served")
                .Produces<ApiVersionInformation>();
        }
    }

    private static ApiVersionInformation Of(Links links) =>
        new(links.ApiUri, [.. Served.Select(version => new ApiVersion(version, IsDeprecated: false))]);

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
