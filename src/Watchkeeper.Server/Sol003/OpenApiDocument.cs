namespace Watchkeeper.Server.Sol003;

/// <summary>The OpenAPI document of the product: SOL003 as far as it is served, and our extensions.</summary>
internal static class OpenApiDocument
{
    private const string Name = "v1";

    public static IServiceCollection AddProductOpenApi(this IServiceCollection services) =>
        services.AddOpenApi(Name, options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Watchkeeper";
            document.Info.Version = Versions.Newest;
            document.Info.Description =
                "An ETSI VNF manager whose monitoring moves: SOL003 VNF lifecycle management (vnflcm/v2) "
                + "and fault management (vnffm/v1), "
                + "and extensions below ext.";
            return Task.CompletedTask;
        }));

    public static void MapProductOpenApi(this IEndpointRouteBuilder routes) =>
        routes.MapOpenApi("/openapi/{documentName}.json");
}
