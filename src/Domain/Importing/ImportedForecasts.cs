using Domain.Forecasts;
using Domain.People;
using Domain.Questions;

namespace Domain.Importing;

/// <summary>A forecast as a file of history claims it.</summary>
/// <param name="Analyst">The name of the forecaster.</param>
/// <param name="Kind">Who or what made the forecast.</param>
/// <param name="MadeAt">When it was made, UTC. It may lie before the opening of the question.</param>
/// <param name="Statement">What was stated; null for a withdrawal.</param>
/// <param name="Rationale">Why; null where the file does not say.</param>
/// <param name="Evidence">Addresses or descriptions; may be empty.</param>
/// <param name="ExpiresAt">The instant from which the forecast no longer stands, UTC; null where it has no expiry of its own.</param>
public sealed record ClaimedForecast(
    ForecasterName Analyst,
    ForecasterKind Kind,
    DateTimeOffset MadeAt,
    Statement? Statement,
    string? Rationale,
    IReadOnlyList<string> Evidence,
    DateTimeOffset? ExpiresAt
);

/// <summary>
/// Decides whether a forecast from a file of history is taken. It is checked as a live one would have been at the instant at which it was made, except that
/// it may have been made before the question opened. It then stands from the opening on.
/// </summary>
public static class ImportedForecasts
{
    /// <summary>The first thing that stands in its way; null where nothing does.</summary>
    public static Refusal? Check(Question question, ClaimedForecast claim, DateTimeOffset now)
    {
        if (question.Status == QuestionStatus.Draft)
            return new Refusal(RefusalKind.Conflict, "The question is a draft; it takes no forecasts.", "question");
        if (claim.MadeAt > now)
            return new Refusal(RefusalKind.Invalid, "A forecast has been made: its time cannot lie ahead.", "madeAt");
        if (claim.MadeAt >= question.ClosesAt)
        {
            return new Refusal(
                RefusalKind.Conflict,
                $"The question closed at {question.ClosesAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}; it took no forecasts from then on.",
                "madeAt"
            );
        }

        if (claim.Statement is not { } statement)
            return null;
        if (statement.RevealedAt > now)
            return new Refusal(RefusalKind.Invalid, "A seal has been revealed: its time cannot lie ahead.", "revealedAt");
        if (Revelations.Earliest(question) is var earliest && statement.RevealedAt < earliest)
        {
            return new Refusal(
                RefusalKind.Conflict,
                $"A seal is revealed when the question takes no forecasts any more, and this one took them until {Instants.Format(earliest)}.",
                "revealedAt"
            );
        }

        var command = new ForecastCommand(claim.Analyst, claim.Kind, statement, claim.Rationale, claim.Evidence, claim.ExpiresAt);
        return ForecastDecisions.Check(question, command, claim.MadeAt)?.Refusals[0];
    }

    /// <summary>The event of a claim that was checked: submitted where it is the forecaster's first on the question, else revised or withdrawn.</summary>
    public static object Event(QuestionSlug question, ClaimedForecast claim, bool first) =>
        claim switch
        {
            { Statement: null } => new ForecastWithdrawn(question, claim.Analyst, claim.Kind, claim.MadeAt, Imported: true),
            { Statement: { } s } when first => new ForecastSubmitted(
                question,
                claim.Analyst,
                claim.Kind,
                claim.MadeAt,
                s,
                claim.Rationale,
                claim.Evidence,
                claim.ExpiresAt,
                Imported: true
            ),
            { Statement: { } s } => new ForecastRevised(
                question,
                claim.Analyst,
                claim.Kind,
                claim.MadeAt,
                s,
                claim.Rationale,
                claim.Evidence,
                claim.ExpiresAt,
                Imported: true
            ),
        };
}
