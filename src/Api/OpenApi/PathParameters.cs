using Domain;
using Microsoft.OpenApi;

namespace Api.OpenApi;

/// <summary>The parameters in paths. One of a name means the same in every path of a capability.</summary>
internal static class PathParameters
{
    /// <summary>The values that a parameter takes, and what it names.</summary>
    public static (OpenApiSchema Schema, string Description) Of(string name, string path) =>
        name switch
        {
            "slug" => (Pattern(StreamKeys.SlugPattern), "The question's slug."),
            "analyst" or "a" or "b" => (Pattern(StreamKeys.ForecasterPattern), "The analyst's name, or a reference's or a consensus's."),
            "eventId" => (Text(), "The id of the event."),
            "generation" => (Text(), "The generation, from 1 on."),
            "path" => (Text(), "Which tile, as tlog-tiles writes it: 0/x001/067, 1/000.p/17, entries/000."),
            "id" when path.Contains("/tokens/", StringComparison.Ordinal) => (Text(), "The token's id, which is not secret."),
            "id" when path.StartsWith("/imports", StringComparison.Ordinal) => (Text(), "The import's id."),
            "id" => (Text(), "The webhook's id."),
            "n" => (Text(), "The delivery's number, from 1 on."),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Say what the parameter is."),
        };

    private static OpenApiSchema Pattern(string pattern) => new() { Type = JsonSchemaType.String, Pattern = pattern };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String, MaxLength = 200 };
}
