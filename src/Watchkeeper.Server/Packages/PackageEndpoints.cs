using Microsoft.AspNetCore.Http.Features;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Packages;

/// <summary>The package store as a resource: <c>/vnflcm/v2/ext/vnf_packages</c>.</summary>
internal static class PackageEndpoints
{
    private const string Path = Links.Api + "/ext/vnf_packages";
    private const string Tag = "VNF packages";

    public static void MapPackages(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup(Path).WithTags(Tag);
        all.MapPost("", AddAsync)
            .WithQuery()
            .WithSummary("Uploads a VNF package: a SOL004 CSAR as a ZIP archive")
            .Accepts<Stream>("application/zip", "application/octet-stream")
            .Produces<PackageDescription>(201)
            .Produces<PackageDescription>()
            .ProducesProblem(409)
            .ProducesProblem(413)
            .ProducesProblem(422);
        all.MapGet("", ListAsync)
            .WithQuery(Collections.Parameters)
            .WithSummary("The VNF packages, filtered and paged")
            .Produces<PackageDescription[]>();
        all.MapGet("{id}", FindAsync)
            .WithQuery()
            .WithSummary("One VNF package")
            .Produces<PackageDescription>()
            .ProducesProblem(404);
        all.MapDelete("{id}", DeleteAsync)
            .WithQuery()
            .WithSummary("Deletes a VNF package that no VNF instance was made from")
            .Produces(204)
            .ProducesProblem(404)
            .ProducesProblem(409);
    }

    private static async Task<IResult> AddAsync(HttpContext context, PackageStore packages, Links links)
    {
        var request = context.Request;
        if (request.ContentType?.Split(';')[0].Trim().ToUpperInvariant()
            is not ("APPLICATION/ZIP" or "APPLICATION/OCTET-STREAM"))
        {
            return Problems.Of(PackageFaults.WrongContentType(request.ContentType));
        }

        if (request.ContentLength > packages.MaxBytes)
        {
            return Problems.Of(PackageFaults.TooLarge(packages.MaxBytes));
        }

        // The server's own limit is meant for JSON; the store counts what comes against its own.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        return await packages.AddAsync(request.Body, context.RequestAborted) switch
        {
            PackageAddition.Added(var added) => Shown(added, StatusCodes.Status201Created),
            PackageAddition.Existing(var existing) => Shown(existing, StatusCodes.Status200OK),
            PackageAddition.Refused(var fault) => Problems.Of(fault),
            var other => throw new InvalidOperationException($"Unknown addition {other}."),
        };

        IResult Shown(PackageDescription package, int status)
        {
            context.Response.Headers.Location = $"{links.ApiUri}/ext/vnf_packages/{package.Id:D}";
            return Results.Json(package, PackageJson.Default.PackageDescription, statusCode: status);
        }
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, PackageStore packages, Links links, PageLimits limits)
    {
        var collection = new Collection<PackageDescription, PackageDescription>
        {
            Uri = $"{links.ApiUri}/ext/vnf_packages",
            Fetch = async (after, count, stop) =>
            [
                .. (await packages.ListAsync(stop)).Where(package => after is not { } last || package.Id > last)
                    .Take(count),
            ],
            IdOf = package => package.Id,
            Represent = (rows, _, _) => Task.FromResult(rows),
            WithoutDefaultExclusions = package => package,
            Shape = PackageJson.Default.PackageDescription,
        };
        return await Collections.AnswerAsync(context, collection, limits);
    }

    private static async Task<IResult> FindAsync(string id, PackageStore packages, CancellationToken stop) =>
        Ids.TryRead(id, out var guid) && await packages.FindByIdAsync(guid, stop) is { } package
            ? Results.Json(package, PackageJson.Default.PackageDescription)
            : Problems.Of(PackageFaults.Unknown(id));

    private static async Task<IResult> DeleteAsync(
        string id, PackageStore packages, PackageInUse inUse, CancellationToken stop)
    {
        var fault = Ids.TryRead(id, out var guid)
            ? await packages.DeleteAsync(guid, inUse, stop)
            : PackageFaults.Unknown(id);
        return fault is null ? Results.NoContent() : Problems.Of(fault);
    }
}
