namespace Api.ContentNegotiation;

/// <summary>The media types, beside JSON, in which an endpoint answers who names them in Accept.</summary>
public sealed record AlternateMediaTypes(IReadOnlyList<string> MediaTypes)
{
    public static readonly AlternateMediaTypes Pictures = new(["image/svg+xml", "image/png"]);

    public static readonly AlternateMediaTypes Live = new(["text/event-stream"]);

    public static readonly AlternateMediaTypes Lines = new(["application/x-ndjson", "text/csv"]);
}
