using Domain.People;

namespace Domain.Forecasts;

/// <summary>A likelihood in words, with the range that the scale gave it then.</summary>
public sealed record VerbalStatement(string Term, string Scale, string ScaleVersion, double Lower, double Upper);

/// <summary>What a forecaster stated, in the form it was stated in: exactly one of the first three is set.</summary>
/// <param name="Probability">On a binary question, that it comes out yes.</param>
/// <param name="Probabilities">A probability an option, in the question's order.</param>
/// <param name="Quantiles">Points of the cumulative distribution: neither levels nor values ever fall, and no point is there twice.</param>
/// <param name="Verbal">The words that <paramref name="Probability"/> is the midpoint of, where words were used.</param>
public sealed record Statement(
    double? Probability = null,
    IReadOnlyList<double>? Probabilities = null,
    IReadOnlyList<Quantile>? Quantiles = null,
    VerbalStatement? Verbal = null
)
{
    public Prediction ToPrediction() =>
        this switch
        {
            { Probability: { } p } => Prediction.Categorical.Binary(p),
            { Probabilities: { } ps } => new Prediction.Categorical([.. ps]),
            { Quantiles: { } qs } => new Prediction.Quantiles([.. qs]),
            _ => throw new InvalidOperationException("A statement states something."),
        };
}

public sealed record ForecastSubmitted(
    string Question,
    string Analyst,
    ForecasterKind Kind,
    DateTimeOffset MadeAt,
    Statement Statement,
    string? Rationale,
    IReadOnlyList<string> Evidence,
    DateTimeOffset? ExpiresAt,
    bool Imported = false
);

public sealed record ForecastRevised(
    string Question,
    string Analyst,
    ForecasterKind Kind,
    DateTimeOffset MadeAt,
    Statement Statement,
    string? Rationale,
    IReadOnlyList<string> Evidence,
    DateTimeOffset? ExpiresAt,
    bool Imported = false
);

public sealed record ForecastWithdrawn(string Question, string Analyst, ForecasterKind Kind, DateTimeOffset MadeAt, bool Imported = false);

/// <summary>
/// The forecast's own expiry has passed, and none stands any more. It records what the forecast said of itself: reads and scores go by that, and are
/// the same before and after this is recorded.
/// </summary>
public sealed record ForecastExpired(string Question, string Analyst, ForecasterKind Kind, DateTimeOffset ExpiredAt);
