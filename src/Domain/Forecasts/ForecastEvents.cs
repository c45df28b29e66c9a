using System.Text.Json.Serialization;
using Domain.People;
using Domain.Questions;

namespace Domain.Forecasts;

/// <summary>A likelihood in words, with the range that the scale gave it at the time.</summary>
/// <param name="Term">The words, as the scale spells them.</param>
/// <param name="Scale">The name of the scale.</param>
/// <param name="ScaleVersion">The edition of the scale at the time of the forecast.</param>
/// <param name="Lower">The lower end of the term's range then, in [0, 1], included.</param>
/// <param name="Upper">The upper end, in [<paramref name="Lower"/>, 1], included.</param>
public sealed record VerbalStatement(string Term, string Scale, string ScaleVersion, double Lower, double Upper);

/// <summary>What a forecaster stated, in the form it was stated in: exactly one of the first three is set, or none while there is only a seal.</summary>
/// <param name="Probability">On a binary question, that it comes out yes.</param>
/// <param name="Probabilities">A probability an option, in the question's order.</param>
/// <param name="Quantiles">Points of the cumulative distribution: neither levels nor values ever fall, and no point is there twice.</param>
/// <param name="Verbal">The words that <paramref name="Probability"/> is the midpoint of, where words were used.</param>
/// <param name="Seal">The seal as which it was stated, base64 of 32 bytes (<see cref="SealedStatement"/>); null where it was stated openly.</param>
/// <param name="RevealedAt">When what was sealed was revealed, UTC; null until then, and where it was stated openly.</param>
public sealed record Statement(
    double? Probability = null,
    IReadOnlyList<double>? Probabilities = null,
    IReadOnlyList<Quantile>? Quantiles = null,
    VerbalStatement? Verbal = null,
    // Left out where there is none, so that the JSON of all other forecasts is what it was before there were seals.
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Seal = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? RevealedAt = null
)
{
    /// <summary>What was stated, in the form in which it is scored.</summary>
    public Prediction ToPrediction() =>
        Seal is null ? Said()
        : RevealedAt is null ? new Prediction.Sealed()
        : new Prediction.Sealed(Said(), RevealedAt);

    private Prediction Said() =>
        this switch
        {
            { Probability: { } p } => Prediction.Categorical.Binary(p),
            { Probabilities: { } ps } => new Prediction.Categorical([.. ps]),
            { Quantiles: { } qs } => new Prediction.Quantiles([.. qs]),
            _ => throw new InvalidOperationException("A statement states something."),
        };
}

/// <summary>The first forecast of a forecaster on a question.</summary>
/// <param name="Question">The slug of the question.</param>
/// <param name="Analyst">The name of the forecaster.</param>
/// <param name="Kind">Who or what made the forecast.</param>
/// <param name="MadeAt">When the forecast was made, UTC. It stands from this instant on, included.</param>
/// <param name="Statement">What was stated.</param>
/// <param name="Rationale">Why, at most 20,000 characters; null where nothing was said.</param>
/// <param name="Evidence">At most 50 addresses or descriptions of 1 to 2,000 characters.</param>
/// <param name="ExpiresAt">The instant from which the forecast no longer stands, UTC; null where it has no expiry of its own.</param>
/// <param name="Imported">Whether the forecast comes from a file of history.</param>
public sealed record ForecastSubmitted(
    QuestionSlug Question,
    ForecasterName Analyst,
    ForecasterKind Kind,
    DateTimeOffset MadeAt,
    Statement Statement,
    string? Rationale,
    IReadOnlyList<string> Evidence,
    DateTimeOffset? ExpiresAt,
    bool Imported = false
);

/// <summary>A later forecast of a forecaster on a question. It replaces what stood from the instant at which it was made.</summary>
/// <param name="Question">The slug of the question.</param>
/// <param name="Analyst">The name of the forecaster.</param>
/// <param name="Kind">Who or what made the forecast.</param>
/// <param name="MadeAt">When the forecast was made, UTC. It stands from this instant on, included.</param>
/// <param name="Statement">What was stated.</param>
/// <param name="Rationale">Why, at most 20,000 characters; null where nothing was said.</param>
/// <param name="Evidence">At most 50 addresses or descriptions of 1 to 2,000 characters.</param>
/// <param name="ExpiresAt">The instant from which the forecast no longer stands, UTC; null where it has no expiry of its own.</param>
/// <param name="Imported">Whether the forecast comes from a file of history.</param>
public sealed record ForecastRevised(
    QuestionSlug Question,
    ForecasterName Analyst,
    ForecasterKind Kind,
    DateTimeOffset MadeAt,
    Statement Statement,
    string? Rationale,
    IReadOnlyList<string> Evidence,
    DateTimeOffset? ExpiresAt,
    bool Imported = false
);

/// <summary>A forecaster took the standing forecast back. Its history stays and is scored.</summary>
/// <param name="Question">The slug of the question.</param>
/// <param name="Analyst">The name of the forecaster.</param>
/// <param name="Kind">Who or what made the forecast.</param>
/// <param name="MadeAt">When it was withdrawn, UTC. From this instant on nothing stands.</param>
/// <param name="Imported">Whether the withdrawal comes from a file of history.</param>
public sealed record ForecastWithdrawn(QuestionSlug Question, ForecasterName Analyst, ForecasterKind Kind, DateTimeOffset MadeAt, bool Imported = false);

/// <summary>
/// The expiry that the forecast stated has passed, and no forecast stands any more. Reads and scores follow the stated expiry, so they are the same before
/// and after this is recorded.
/// </summary>
/// <param name="Question">The slug of the question.</param>
/// <param name="Analyst">The name of the forecaster.</param>
/// <param name="Kind">Who or what made the forecast.</param>
/// <param name="ExpiredAt">The expiry that the forecast stated, UTC. From this instant on nothing stands.</param>
public sealed record ForecastExpired(QuestionSlug Question, ForecasterName Analyst, ForecasterKind Kind, DateTimeOffset ExpiredAt);

/// <summary>
/// A forecaster revealed what was stated as a seal. It is the sealed step once more, with its statement: of two steps made at one instant the later event
/// holds, so that the statement stands from the sealing on for whoever reads what was recorded by the revelation, and the seal for whoever reads less.
/// </summary>
/// <param name="Question">The slug of the question.</param>
/// <param name="Analyst">The name of the forecaster.</param>
/// <param name="Kind">Who or what made the forecast.</param>
/// <param name="MadeAt">When the seal was stated, UTC. The statement stands from this instant on, included.</param>
/// <param name="Statement">What was sealed, with the seal, and when it was revealed.</param>
/// <param name="Rationale">Why, at most 20,000 characters; null where nothing was said, neither with the seal nor with its revelation.</param>
/// <param name="Evidence">What was named with the seal: at most 50 addresses or descriptions of 1 to 2,000 characters.</param>
/// <param name="ExpiresAt">The instant from which the sealed forecast no longer stood, UTC; null where it had no expiry of its own.</param>
/// <param name="Step">The id of the event by which the seal was stated.</param>
/// <param name="Salt">The salt that opens it, base64 of 32 bytes.</param>
/// <param name="SealedText">The statement as it was sealed: JSON in the spelling of RFC 8785.</param>
/// <param name="Imported">Whether it comes from a file of history; never so far.</param>
public sealed record ForecastRevealed(
    QuestionSlug Question,
    ForecasterName Analyst,
    ForecasterKind Kind,
    DateTimeOffset MadeAt,
    Statement Statement,
    string? Rationale,
    IReadOnlyList<string> Evidence,
    DateTimeOffset? ExpiresAt,
    Guid Step,
    string Salt,
    string SealedText,
    bool Imported = false
);
