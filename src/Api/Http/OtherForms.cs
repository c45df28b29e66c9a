namespace Api.Http;

/// <summary>The media types, beside JSON, in which an endpoint answers who names them in Accept.</summary>
public sealed record OtherForms(IReadOnlyList<string> MediaTypes)
{
    public static readonly OtherForms Pictures = new(["image/svg+xml", "image/png"]);

    public static readonly OtherForms Live = new(["text/event-stream"]);

    public static readonly OtherForms Lines = new(["application/x-ndjson", "text/csv"]);
}
