using Microsoft.OpenApi;

namespace Api.OpenApi;

/// <summary>The limits of what requests hold. The decisions enforce them; here they are said beforehand.</summary>
internal static class FieldShapes
{
    public const string Slug = "^[a-z0-9-]{1,80}$";

    public const string Forecaster = "^[A-Za-z0-9._:-]{1,80}$";

    private static readonly Dictionary<string, Action<OpenApiSchema>> Limits = new()
    {
        ["RegisterAnalyst.analyst"] = Pattern(Slug),
        ["RegisterAnalyst.name"] = Length(1, 1_000),
        ["DraftQuestion.slug"] = Pattern(Slug),
        ["DraftQuestion.title"] = Length(1, 500),
        ["DraftQuestion.background"] = Length(0, 20_000),
        ["DraftQuestion.resolutionCriteria"] = Length(1, 20_000),
        ["DraftQuestion.options"] = s => s.MaxItems = 200,
        ["Reschedule.reason"] = Length(0, 5_000),
        ["Clarify.text"] = Length(1, 5_000),
        ["LogEvidence.title"] = Length(1, 500),
        ["LogEvidence.source"] = Length(1, 500),
        ["LogEvidence.url"] = Length(1, 2_000),
        ["ForecastBody.probability"] = Range("0", "1"),
        ["ForecastBody.rationale"] = Length(0, 20_000),
        ["ForecastBody.evidence"] = s => s.MaxItems = 50,
        ["ForecastBody.quantiles"] = s => (s.MinItems, s.MaxItems) = (1, 1_000),
        ["QuantileBody.p"] = s => (s.Minimum, s.Maximum) = ("0", "1"),
        ["ProposeResolution.reason"] = Length(1, 5_000),
        ["ProposeResolution.evidence"] = s => s.MaxItems = 50,
        ["ProposeAnnulment.reason"] = Length(1, 5_000),
        ["ProposeAnnulment.evidence"] = s => s.MaxItems = 50,
        ["GiveReason.reason"] = Length(1, 5_000),
        ["IssueToken.scopes"] = s => s.MinItems = 1,
    };

    public static void Limit(OpenApiSchema schema, Type type, string field)
    {
        if (Limits.TryGetValue($"{type.Name}.{field}", out var limit))
            limit(schema);
    }

    private static Action<OpenApiSchema> Pattern(string pattern) => s => s.Pattern = pattern;

    private static Action<OpenApiSchema> Length(int min, int max) => s => (s.MinLength, s.MaxLength) = (min, max);

    private static Action<OpenApiSchema> Range(string min, string max) => s => (s.Minimum, s.Maximum) = (min, max);
}
