using Microsoft.OpenApi;

namespace Api.OpenApi;

/// <summary>
/// The API's own description, made from the endpoints as they are mapped: their rights, parameters, bodies and answers. What an endpoint
/// cannot say of itself stands in comments and attributes beside its request and its answer.
/// </summary>
public static class OpenApiDescription
{
    public const string BearerScheme = "bearer";

    public static void AddDescription(this IServiceCollection services) =>
        services.AddOpenApi(
            "v1",
            o =>
            {
                o.AddSchemaTransformer(Schemas.TransformAsync);
                o.AddOperationTransformer(Operations.TransformAsync);
                o.AddDocumentTransformer(
                    (document, _, _) =>
                    {
                        document.Info = new OpenApiInfo
                        {
                            Title = "Forecasts",
                            Version = "v1",
                            Description =
                                "Put probabilities on what the world will do, and be scored when it has done it. JSON is camelCase; instants are RFC "
                                + "3339 in UTC; lists page with `limit` and an opaque "
                                + "`cursor` and answer `{items, next}`. Unknown parameters and fields are refused, never ignored. Every error is a "
                                + "problem document (RFC 9457). "
                                + "Writes take `If-Match` and `Idempotency-Key`; reads of one thing carry an `ETag` and answer `If-None-Match` with 304.",
                        };
                        document.Components ??= new OpenApiComponents();
                        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                        {
                            [BearerScheme] = new OpenApiSecurityScheme
                            {
                                Type = SecuritySchemeType.Http,
                                Scheme = "bearer",
                                Description =
                                    "A token of this service, or one of the identity provider that it is configured with. Each operation says which "
                                    + "role it needs.",
                            },
                        };
                        ProblemSchemas.AddTo(document);
                        return Task.CompletedTask;
                    }
                );
            }
        );
}
