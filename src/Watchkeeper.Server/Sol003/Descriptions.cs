using Microsoft.OpenApi;

namespace Watchkeeper.Server.Sol003;

/// <summary>Tells the OpenAPI document what our own reading of bodies and queries hides from it.</summary>
internal static class Descriptions
{
    /// <summary>Describes the JSON body of a request that <see cref="JsonBody"/> reads.</summary>
    public static RouteHandlerBuilder DescribeBody<TBody>(
        this RouteHandlerBuilder route, string mediaType = JsonBody.Json) =>
        route.AddOpenApiOperationTransformer(async (operation, context, cancellationToken) =>
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [mediaType] = new()
                    {
                        Schema = await context.GetOrCreateSchemaAsync(typeof(TBody), null, cancellationToken),
                    },
                },
            });

    /// <summary>Describes optional query parameters.</summary>
    public static RouteHandlerBuilder DescribeQuery(this RouteHandlerBuilder route, params string[] names) =>
        names.Length == 0 ? route : route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            foreach (var name in names)
            {
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = name,
                    In = ParameterLocation.Query,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });
            }

            return Task.CompletedTask;
        });
}
