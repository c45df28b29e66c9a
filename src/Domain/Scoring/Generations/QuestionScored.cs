using Domain.Resolutions;

namespace Domain.Scoring.Generations;

/// <summary>One generation of a question's scores: what caused it, what it read, and every row. Nothing ever changes one.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Generation">1 for the first scoring of the question, one more for each later one.</param>
/// <param name="RuleSet">The version of the rules that it was scored by.</param>
/// <param name="Trigger">Why it was made.</param>
/// <param name="TriggerEvent">The sequence of the event that claimed the outcome which is scored.</param>
/// <param name="LastEventRead">The sequence of the last event that was read for it.</param>
/// <param name="Outcome">The outcome that was scored against; <c>annulled</c> or <c>unresolved</c> where there is none.</param>
/// <param name="KnownAt">The instant from which the outcome was known, at which the scoring window ends unless the question closed before.</param>
/// <param name="Rows">A row a forecaster, ordered by name; none for an annulled question and for one whose outcome was taken back.</param>
/// <param name="RestsOn">
/// The sequence of the last generation of other questions, or of the last edit of an opened question's tags, that was on record when it was made: of each
/// other question it took the last generation, and the tags, up to this one. 0 where there was none; null for what was made before this was noted.
/// </param>
/// <param name="OutcomesAsOf">
/// The instant of the world's log up to which outcomes are in it: that of its own claim or, where it was made because other questions changed, the later one of
/// theirs. Null for what was made before this was noted.
/// </param>
public sealed record QuestionScored(
    string Question,
    int Generation,
    string RuleSet,
    GenerationTrigger Trigger,
    long TriggerEvent,
    long LastEventRead,
    string Outcome,
    DateTimeOffset KnownAt,
    IReadOnlyList<ScoreRow> Rows,
    long? RestsOn = null,
    DateTimeOffset? OutcomesAsOf = null
);

/// <summary>The type of a question's scoring stream. Nothing is folded out of it: each of its events is a generation, and the last one is the latest.</summary>
public sealed record Scorings;
