namespace Domain.Scoring;

/// <summary>One generation of a question's scores: what caused it, what it read, and every row. Nothing ever changes one.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Generation">1 for the first scoring of the question, one more for each later one.</param>
/// <param name="RuleSet">The version of the rules that it was scored by.</param>
/// <param name="Trigger">Why it was made: <c>resolution</c>, <c>correction</c>, <c>annulment</c>, <c>taken-back</c>, <c>late-forecasts</c> or <c>rule-set</c>.</param>
/// <param name="TriggerEvent">The sequence of the event that caused it.</param>
/// <param name="LastEventRead">The sequence of the last event that was read for it.</param>
/// <param name="Outcome">The outcome that was scored against; <c>annulled</c> or <c>unresolved</c> where there is none.</param>
/// <param name="Rows">A row a forecaster, ordered by name; none for an annulled question and for one whose outcome was taken back.</param>
public sealed record QuestionScored(
    string Question,
    int Generation,
    string RuleSet,
    string Trigger,
    long TriggerEvent,
    long LastEventRead,
    string Outcome,
    DateTimeOffset KnownAt,
    IReadOnlyList<ScoreRow> Rows);

/// <summary>The type of a question's scoring stream. Nothing is folded out of it: each of its events is a generation, and the last one is the latest.</summary>
public sealed record Scorings;
