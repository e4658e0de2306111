using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Packages;

/// <summary>The package store as a resource: <c>/vnflcm/v2/ext/vnf_packages</c>.</summary>
internal static class PackageEndpoints
{
    private const string Path = "/vnflcm/v2/ext/vnf_packages";

    /// <summary>Maps the resource.</summary>
    /// <param name="app">Where it is mapped.</param>
    /// <param name="apiRoot">The root of every Location (<c>server.apiRoot</c>), known once the server listens.</param>
    /// <param name="inUse">Whether a VNF instance was made from a VNFD.</param>
    public static void MapPackages(this IEndpointRouteBuilder app, Func<string> apiRoot, PackageInUse inUse)
    {
        app.MapPost(Path, (HttpRequest request, HttpResponse response, PackageStore packages, CancellationToken stop) =>
            AddAsync(request, response, packages, apiRoot, stop));
        app.MapGet(Path, async (PackageStore packages, CancellationToken stop) => TypedResults.Json(
            await packages.ListAsync(stop), PackageJson.Default.ImmutableArrayPackageDescription));
        app.MapGet(Path + "/{id}", (string id, PackageStore packages, CancellationToken stop) =>
            FindAsync(id, packages, stop));
        app.MapDelete(Path + "/{id}", (string id, PackageStore packages, CancellationToken stop) =>
            DeleteAsync(id, packages, inUse, stop));
    }

    private static async Task<Results<JsonHttpResult<PackageDescription>, ProblemHttpResult>> AddAsync(
        HttpRequest request, HttpResponse response, PackageStore packages, Func<string> apiRoot, CancellationToken stop)
    {
        var type = request.ContentType?.Split(';')[0].Trim().ToUpperInvariant();
        if (type is not ("APPLICATION/ZIP" or "APPLICATION/OCTET-STREAM"))
        {
            return Problem(PackageFaults.WrongContentType(request.ContentType));
        }

        if (request.ContentLength > packages.MaxBytes)
        {
            return Problem(PackageFaults.TooLarge(packages.MaxBytes));
        }

        // The server's own limit is meant for JSON; the store counts what comes against its own.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        return await packages.AddAsync(request.Body, stop) switch
        {
            PackageAddition.Added(var added) => Shown(added, StatusCodes.Status201Created),
            PackageAddition.Existing(var existing) => Shown(existing, StatusCodes.Status200OK),
            PackageAddition.Refused(var fault) => Problem(fault),
            var other => throw new InvalidOperationException($"Unknown addition {other}."),
        };

        Results<JsonHttpResult<PackageDescription>, ProblemHttpResult> Shown(PackageDescription package, int status)
        {
            response.Headers.Location = $"{apiRoot()}{Path}/{package.Id:D}";
            return TypedResults.Json(package, PackageJson.Default.PackageDescription, statusCode: status);
        }
    }

    private static async Task<Results<JsonHttpResult<PackageDescription>, ProblemHttpResult>> FindAsync(
        string id, PackageStore packages, CancellationToken stop) =>
        Guid.TryParseExact(id, "D", out var guid) && await packages.FindByIdAsync(guid, stop) is { } package
            ? TypedResults.Json(package, PackageJson.Default.PackageDescription)
            : Problem(PackageFaults.Unknown(id));

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string id, PackageStore packages, PackageInUse inUse, CancellationToken stop)
    {
        var fault = Guid.TryParseExact(id, "D", out var guid)
            ? await packages.DeleteAsync(guid, inUse, stop)
            : PackageFaults.Unknown(id);
        return fault is null ? TypedResults.NoContent() : Problem(fault);
    }

    private static ProblemHttpResult Problem(Fault fault) =>
        TypedResults.Problem(fault.Detail, statusCode: fault.Status, title: fault.Title, type: fault.Type);
}
