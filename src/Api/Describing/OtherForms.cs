using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Api.Describing;

/// <summary>An answer that comes as a picture or as lines too has the JSON's schema in its JSON form alone.</summary>
internal static class OtherForms
{
    public static Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken token)
    {
        foreach (var (type, media) in (operation.Responses ?? []).Values.SelectMany(r => r.Content ?? new Dictionary<string, OpenApiMediaType>()))
        {
            if (!type.EndsWith("json", StringComparison.Ordinal)) media.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = type == "image/png" ? "binary" : null };
        }

        return Task.CompletedTask;
    }
}
