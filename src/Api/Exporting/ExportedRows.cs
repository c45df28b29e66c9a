using System.Text.Json;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Store.Exporting;
using Worker.Announcing;

namespace Api.Exporting;

/// <summary>What is kept, as the rows of the files that are imported: a value for each column, in their order; null where there is none.</summary>
internal static class ExportedRows
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The columns of exported scores: a row for each score of each forecaster on each question.</summary>
    public static IReadOnlyList<string> ScoreColumns { get; } =
        ["question", "forecaster", "kind", "score", "value", "note", "coverage", "revisions", "generation", "rule_set", "trigger", "outcome", "known_at"];

    public static object?[] Of(Question q) =>
    [
        q.Slug,
        q.Title,
        Http.Parameters.Spelling(q.Type),
        q.OpensAt,
        q.ClosesAt,
        q.ResolvesBy,
        q.Type == QuestionType.Binary || q.Options.Count == 0 ? null : q.Options,
        q.Range is { } r ? Place(q, r.Min) : null,
        q.Range is { } s ? Place(q, s.Max) : null,
        q.Range is { OpenLower: false, OpenUpper: false } or null ? null : Open(q.Range),
        q.SpotAt,
        q.Tags.Count == 0 ? null : q.Tags,
        q.Group,
        q.ResolutionCriteria,
        q.Background,
        q.Unit,
        q.Source?.Document,
        q.Source?.Locator,
        q.Condition?.Question,
        q.Condition?.Outcome,
        q.StatusQuo,
        q.Status == QuestionStatus.Draft ? "draft" : q.ClosedAt is null ? "open" : "closed",
        q.Clarifications.Count == 0 ? null : JsonSerializer.SerializeToElement(q.Clarifications, Json),
        q.Evidence.Count == 0 ? null : JsonSerializer.SerializeToElement(q.Evidence, Json),
    ];

    public static IEnumerable<object?[]> Of(ExportedForecast forecast)
    {
        var q = forecast.Question;
        if (forecast.Withdrawal is { } w)
        {
            yield return [q.Slug, w.Analyst, w.MadeAt, null, null, null, null, true, Http.Parameters.Spelling(w.Kind), null, null, null, null, null, null, null];
            yield break;
        }

        var s = forecast.Step!;
        object?[] Row(double? probability, string? option, object? value) =>
        [
            q.Slug, s.Analyst, s.MadeAt, probability, option, value, s.Rationale, null,
            Http.Parameters.Spelling(s.Kind), s.ExpiresAt, s.Evidence.Count == 0 ? null : s.Evidence,
            s.Statement.Verbal?.Term, s.Statement.Verbal?.Scale, s.Statement.Verbal?.ScaleVersion, s.Statement.Verbal?.Lower, s.Statement.Verbal?.Upper,
        ];
        if (s.Statement.Probability is { } p) yield return Row(p, null, null);
        for (var i = 0; i < s.Statement.Probabilities?.Count; i++) yield return Row(s.Statement.Probabilities[i], q.Options[i], null);
        foreach (var quantile in s.Statement.Quantiles ?? []) yield return Row(quantile.Level, null, Place(q, quantile.Value));
    }

    public static object?[] Of(ExportedOutcome outcome) => outcome.Event switch
    {
        QuestionResolved r => Row(outcome, r.Outcome, r.KnownAt, r.Reason, r.Evidence, r.ProposedBy, r.ConfirmedBy, ClaimedNames.Of(r.Imported, r.Claims, r.ProposedBy, r.ConfirmedBy)),
        ResolutionCorrected c => Row(outcome, c.Outcome, c.KnownAt, c.Reason, c.Evidence, c.ProposedBy, c.ConfirmedBy, ClaimedNames.Of(c.Imported, c.Claims, c.ProposedBy, c.ConfirmedBy)),
        QuestionAnnulled a => Row(
            outcome, OutcomeText.Annulled, a.KnownAt, a.Reason, a.Evidence, a.ProposedBy, a.ConfirmedBy, ClaimedNames.Of(a.Imported, a.Claims, a.ProposedBy, a.ConfirmedBy)),
        ResolutionTakenBack t => Row(
            outcome,
            OutcomeText.Unresolved,
            t.KnownAt ?? outcome.RecordedAt,
            t.Reason,
            t.Evidence ?? [],
            t.ProposedBy,
            t.TakenBackBy,
            ClaimedNames.Of(t.Imported, t.Claims, t.ProposedBy, t.TakenBackBy)),
        _ => throw new InvalidOperationException($"{outcome.Event.GetType().Name} is no outcome."),
    };

    public static IEnumerable<object?[]> Of(QuestionScored scored) =>
        from outcome in new[] { Outcome(scored.Outcome) }
        from row in scored.Rows
        from score in row.Scores
        select new object?[]
        {
            scored.Question, row.Forecaster, Http.Parameters.Spelling(row.Kind), score.Key, score.Value, row.Notes.GetValueOrDefault(score.Key), row.Coverage, row.Revisions,
            scored.Generation, scored.RuleSet, scored.Trigger, outcome, scored.KnownAt,
        };

    // Whoever imported an outcome is neither its proposer nor its confirmer: the columns hold who was, here or by the log's claim.
    private static object?[] Row(
        ExportedOutcome o, string outcome, DateTimeOffset knownAt, string reason, IReadOnlyList<string> evidence, string? proposedBy, string? confirmedBy, ClaimedNames? claims) =>
        [o.Question, Outcome(outcome), knownAt, null, reason, evidence.Count == 0 ? null : evidence, claims is null ? proposedBy : claims.ProposedBy, claims is null ? confirmedBy : claims.ConfirmedBy];

    // Options by degrees are an object in NDJSON, and its text in CSV.
    private static object Outcome(string outcome) => OutcomeNode.Of(null, outcome) is { } degrees ? JsonSerializer.SerializeToElement(degrees, Json) : outcome;

    private static object Place(Question question, double value) => question.Type == QuestionType.Date ? OutcomeText.FormatDay(value) : value;

    private static string Open(QuestionRange range) => (range.OpenLower, range.OpenUpper) switch
    {
        (true, true) => "lower|upper",
        (true, false) => "lower",
        _ => "upper",
    };
}
