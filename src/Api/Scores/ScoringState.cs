using System.Globalization;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Generations;
using Store.Scoring;

namespace Api.Scores;

/// <summary>Why a question has the scores that it has, or none.</summary>
public enum ScoringStatus
{
    /// <summary>The question is a draft and takes no forecasts yet.</summary>
    Draft,

    /// <summary>The question takes forecasts and has no outcome.</summary>
    Open,

    /// <summary>The question is closed and has no outcome.</summary>
    AwaitingOutcome,

    /// <summary>An outcome is proposed; a second person has to confirm it.</summary>
    Proposed,

    /// <summary>The outcome stands; the worker has not scored it yet.</summary>
    AwaitingScoring,

    /// <summary>This generation holds the scores by an outcome.</summary>
    Scored,

    /// <summary>The question was annulled: nobody is scored on it.</summary>
    Annulled,

    /// <summary>The outcome was taken back: nobody is scored until another one stands.</summary>
    TakenBack,

    /// <summary>This is what stood before the first generation; there are later ones.</summary>
    Superseded,

    /// <summary>The outcome that stood then was never scored: another took its place before it was. Nothing will score it.</summary>
    NeverScored,
}

/// <summary>Why a question has scores, or none.</summary>
/// <param name="Status">The state in a word.</param>
/// <param name="Reason">Why there are no rows, in a sentence; null where there are.</param>
public sealed record ScoringState(ScoringStatus Status, string? Reason)
{
    /// <summary>The state of a generation, which never changes.</summary>
    public static ScoringState Of(QuestionScored generation) =>
        generation.Outcome switch
        {
            OutcomeText.Annulled => new(ScoringStatus.Annulled, "The question was annulled: nobody is scored on it."),
            OutcomeText.Unresolved => new(ScoringStatus.TakenBack, "The outcome was taken back: nobody is scored until another one is confirmed."),
            _ when generation.Rows.Count == 0 => new(ScoringStatus.Scored, "Nobody had a forecast on the question."),
            _ => new(ScoringStatus.Scored, null),
        };

    /// <summary>The state of a question before its first generation.</summary>
    /// <param name="question">The question as it stands.</param>
    /// <param name="latest">Its latest generation; 0 where there is none.</param>
    public static ScoringState Before(Question question, int latest)
    {
        if (latest > 0)
            return new(ScoringStatus.Superseded, $"Generation 0 stands for the time before the first scoring; the latest generation is {latest}.");
        return question.Status switch
        {
            QuestionStatus.Draft => new(ScoringStatus.Draft, $"The question is a draft. POST /questions/{question.Slug}/open opens it for forecasts."),
            QuestionStatus.Open => new(
                ScoringStatus.Open,
                $"The question is open until {Written(question.ClosesAt)} and has no outcome. POST /questions/{question.Slug}/resolution proposes one."
            ),
            QuestionStatus.Closed => new(
                ScoringStatus.AwaitingOutcome,
                $"The question is closed and has no outcome. POST /questions/{question.Slug}/resolution proposes one."
            ),
            QuestionStatus.Proposed => new(
                ScoringStatus.Proposed,
                $"The outcome '{question.Proposal?.Outcome}' that {question.Proposal?.ProposedBy} proposed waits for another person. POST "
                    + $"/questions/{question.Slug}/resolution/confirm with its proposal.id confirms it."
            ),
            _ => new(
                ScoringStatus.AwaitingScoring,
                "The outcome stands and the question waits to be scored. Ask again in a second; GET /health/ready says whether a worker runs."
            ),
        };
    }

    /// <summary>The state of a question at an earlier point in time at which it had an outcome and no generation of it, while it has generations now.</summary>
    /// <param name="latest">Its latest generation.</param>
    /// <param name="scored">The first generation of the outcome that stood then; null where none was made of it.</param>
    public static ScoringState Then(int latest, GenerationHead? scored) =>
        scored is not null
            ? new(
                ScoringStatus.Superseded,
                $"The outcome stood and had not been scored by then; generation {scored.Generation} scored it at {Written(scored.ScoredAt)}."
            )
            : new(
                ScoringStatus.NeverScored,
                "The outcome that stood then was never scored: another took its place before it was, as in a log that an earlier version imported. "
                    + $"The latest generation is {latest}."
            );

    private static string Written(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
