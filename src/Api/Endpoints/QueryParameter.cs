using System.Globalization;
using System.Text.Json.Nodes;
using Domain;
using Microsoft.OpenApi;

namespace Api.Endpoints;

/// <summary>A query parameter of an endpoint. What reads it and what describes it take its limits from here.</summary>
/// <param name="Name">The name, as it stands in the query.</param>
/// <param name="Description">What the parameter does, in a sentence.</param>
public sealed record QueryParameter(string Name, string Description)
{
    private Func<OpenApiSchema> _schema = () => new OpenApiSchema { Type = JsonSchemaType.String };

    /// <summary>The most characters of a text.</summary>
    public int MaxLength { get; private init; } = int.MaxValue;

    /// <summary>The least whole number that is taken.</summary>
    public int Min { get; private init; } = int.MinValue;

    /// <summary>The greatest whole number that is taken.</summary>
    public int Max { get; private init; } = int.MaxValue;

    /// <summary>The values that are taken, as a JSON schema.</summary>
    public OpenApiSchema Schema => _schema();

    /// <summary>Takes any text.</summary>
    public static QueryParameter Text(string name, string description, int maxLength = 200, string? example = null) =>
        new(name, description)
        {
            MaxLength = maxLength,
            _schema = () =>
                new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    MaxLength = maxLength,
                    Examples = example is null ? null : [example],
                },
        };

    /// <summary>Takes text of a pattern.</summary>
    /// <param name="name">The name.</param>
    /// <param name="pattern">A regular expression for the whole text.</param>
    /// <param name="description">What the parameter does.</param>
    /// <param name="otherwise">What holds where the parameter is left out; null where nothing does.</param>
    /// <param name="example">An example; null for none.</param>
    public static QueryParameter Pattern(string name, string pattern, string description, string? otherwise = null, string? example = null) =>
        new(name, description)
        {
            MaxLength = 200,
            _schema = () =>
                new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Pattern = pattern,
                    Default = otherwise,
                    Examples = example is null ? null : [example],
                },
        };

    /// <summary>Takes a whole number from <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    public static QueryParameter Whole(string name, int min, int max, string description, int? otherwise = null) =>
        new(name, description)
        {
            Min = min,
            Max = max,
            _schema = () =>
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = min.ToString(CultureInfo.InvariantCulture),
                    Maximum = max.ToString(CultureInfo.InvariantCulture),
                    Default = otherwise is { } number ? JsonValue.Create(number) : null,
                },
        };

    /// <summary>Takes an instant.</summary>
    public static QueryParameter Instant(string name, string description) =>
        new(name, description)
        {
            _schema = () =>
                new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Format = "date-time",
                    Description =
                        "A date, which is its midnight, UTC, or an RFC 3339 date-time with an offset. "
                        + "Digits of the second beyond the sixth decimal are cut off.",
                    Examples = ["2017-08-01T00:00:00Z", "2017-08-01"],
                },
        };

    /// <summary>Takes a value of an enumeration in the contract's words.</summary>
    public static QueryParameter Choice<T>(string name, string description)
        where T : struct, Enum => OneOf(name, Enum.GetValues<T>().Select(Spelling.Of), description);

    /// <summary>Takes one of a few words.</summary>
    public static QueryParameter OneOf(string name, IEnumerable<string> words, string description, string? otherwise = null) =>
        new(name, description)
        {
            MaxLength = 200,
            _schema = () =>
                new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Enum = [.. words.Select(w => (JsonNode)w)],
                    Default = otherwise,
                },
        };
}
