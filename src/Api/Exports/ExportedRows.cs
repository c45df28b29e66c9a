using System.Globalization;
using System.Text.Json;
using Api.Serialization;
using Domain;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Store.Reading;
using Worker.EventNotifications;

namespace Api.Exports;

/// <summary>A number that is kept as the text in which it came.</summary>
internal readonly record struct WrittenNumber(string Text);

/// <summary>What is kept, as the rows of the files that are imported: a value for each column, in their order; null where there is none.</summary>
internal static class ExportedRows
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The columns of exported questions: a row each.</summary>
    public static IReadOnlyList<string> QuestionColumns { get; } =
    [
        "question",
        "title",
        "type",
        "opens_at",
        "closes_at",
        "resolves_by",
        "options",
        "range_min",
        "range_max",
        "range_open",
        "spot_at",
        "tags",
        "group",
        "criteria",
        "background",
        "unit",
        "source_document",
        "source_locator",
        "condition_question",
        "condition_outcome",
        "status_quo",
        "status",
        "clarifications",
        "evidence",
        "stopped_at",
        "event_id",
        "recorded_at",
        "imported",
    ];

    /// <summary>
    /// The columns of exported forecasts: a row for each probability, option or quantile of each step; the rows of one step share their
    /// <c>event_id</c>.
    /// </summary>
    public static IReadOnlyList<string> ForecastColumns { get; } =
    [
        "question",
        "forecaster",
        "made_at",
        "probability",
        "option",
        "value",
        "rationale",
        "withdrawn",
        "kind",
        "expires_at",
        "evidence",
        "term",
        "scale",
        "scale_version",
        "term_lower",
        "term_upper",
        "seal",
        "revealed_at",
        "event_id",
        "recorded_at",
        "imported",
        "after_outcome",
    ];

    /// <summary>The columns of exported outcomes: a row for each entry of the log.</summary>
    public static IReadOnlyList<string> OutcomeColumns { get; } =
    ["question", "outcome", "known_at", "source", "reason", "evidence", "proposed_by", "confirmed_by", "event_id", "recorded_at", "imported"];

    /// <summary>The columns of exported scores: a row for each score of each forecaster on each question.</summary>
    public static IReadOnlyList<string> ScoreColumns { get; } =
    [
        "question",
        "forecaster",
        "kind",
        "score",
        "value",
        "note",
        "coverage",
        "revisions",
        "generation",
        "rule_set",
        "trigger",
        "outcome",
        "known_at",
        "event_id",
        "recorded_at",
        "imported",
        "after_outcome",
    ];

    public static object?[] Of(ExportedQuestion exported)
    {
        var q = exported.Question;
        return
        [
            q.Slug,
            q.Title,
            Spelling.Of(q.Type),
            q.OpensAt,
            q.ClosesAt,
            q.ResolvesBy,
            q.Type.IsYesOrNo() || q.Options.Count == 0 ? null : q.Options,
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
            Spelling.Of(q.Status),
            q.Clarifications.Count == 0 ? null : JsonSerializer.SerializeToElement(q.Clarifications, EventNotificationJson.Options),
            q.Evidence.Count == 0 ? null : JsonSerializer.SerializeToElement(q.Evidence, EventNotificationJson.Options),
            Revelations.Earliest(q) is var stop && stop < q.ClosesAt ? stop : null,
            exported.EventId,
            exported.RecordedAt,
            q.Imported,
        ];
    }

    public static IEnumerable<object?[]> Of(ExportedForecast forecast)
    {
        var q = forecast.Question;
        if (forecast.Withdrawal is { } w)
        {
            yield return
            [
                q.Slug,
                w.Analyst.Value,
                w.MadeAt,
                null,
                null,
                null,
                null,
                true,
                Spelling.Of(w.Kind),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                forecast.EventId,
                forecast.RecordedAt,
                w.Imported,
                forecast.AfterOutcome,
            ];
            yield break;
        }

        var s = forecast.Step!;
        object?[] Row(double? probability, string? option, object? value) =>
            [
                q.Slug,
                s.Analyst.Value,
                s.MadeAt,
                probability,
                option,
                value,
                s.Rationale,
                null,
                Spelling.Of(s.Kind),
                s.ExpiresAt,
                s.Evidence.Count == 0 ? null : s.Evidence,
                s.Statement.Verbal?.Term,
                s.Statement.Verbal?.Scale,
                s.Statement.Verbal?.ScaleVersion,
                s.Statement.Verbal?.Lower,
                s.Statement.Verbal?.Upper,
                s.Statement.Seal,
                s.Statement.RevealedAt,
                forecast.EventId,
                forecast.RecordedAt,
                s.Imported,
                forecast.AfterOutcome,
            ];
        if (s.Statement is { Seal: not null, RevealedAt: null })
            yield return Row(null, null, null);
        if (s.Statement.Probability is { } p)
            yield return Row(p, null, null);
        for (var i = 0; i < s.Statement.Probabilities?.Count; i++)
            yield return Row(s.Statement.Probabilities[i], q.Options[i], null);
        foreach (var quantile in s.Statement.Quantiles ?? [])
            yield return Row(quantile.Level, null, Place(q, quantile.Value));
    }

    public static object?[] Of(ExportedOutcome outcome) =>
        outcome.Event switch
        {
            IConfirmedOutcome o => Row(
                outcome,
                o.Outcome,
                o.KnownAt,
                o.Reason,
                o.Evidence,
                o.ProposedBy,
                o.ConfirmedBy,
                o.Imported,
                ClaimedNames.Of(o.Imported, o.Claims, o.ProposedBy, o.ConfirmedBy)
            ),
            ResolutionTakenBack t => Row(
                outcome,
                OutcomeText.Unresolved,
                t.KnownAt ?? outcome.RecordedAt,
                t.Reason,
                t.Evidence ?? [],
                t.ProposedBy,
                t.TakenBackBy,
                t.Imported,
                ClaimedNames.Of(t.Imported, t.Claims, t.ProposedBy, t.TakenBackBy)
            ),
            _ => throw new InvalidOperationException($"{outcome.Event.GetType().Name} is no outcome."),
        };

    public static IEnumerable<object?[]> Of(ExportedScores exported) =>
        from row in exported.Rows
        let mark = exported.MarkOf(row)
        from score in row.Scores
        let scored = exported.Scored
        select new object?[]
        {
            scored.Question,
            row.Forecaster,
            Spelling.Of(row.Kind),
            score.Key,
            score.Value,
            row.Notes.GetValueOrDefault(score.Key),
            row.Coverage,
            row.Revisions,
            scored.Generation,
            scored.RuleSet,
            scored.Trigger.Word(),
            Outcome(null, scored.Outcome),
            scored.KnownAt,
            exported.EventId,
            exported.RecordedAt,
            mark.Imported,
            mark.AfterOutcome,
        };

    // Whoever imported an outcome is neither its proposer nor its confirmer: the columns hold who was, here or by the log's claim.
    private static object?[] Row(
        ExportedOutcome o,
        string outcome,
        DateTimeOffset knownAt,
        string reason,
        IReadOnlyList<string> evidence,
        string? proposedBy,
        string? confirmedBy,
        bool imported,
        ClaimedNames? claims
    ) =>
        [
            o.Question.Slug,
            Outcome(o.Question.Type, outcome),
            knownAt,
            null,
            reason,
            evidence.Count == 0 ? null : evidence,
            claims is null ? proposedBy : claims.ProposedBy,
            claims is null ? confirmedBy : claims.ConfirmedBy,
            o.EventId,
            o.RecordedAt,
            imported,
        ];

    /// <summary>
    /// The outcome as it is kept: a negative number is one, and no text that begins with a sign. Options by degrees are an object in NDJSON, and its
    /// text in CSV.
    /// </summary>
    private static object Outcome(QuestionType? type, string outcome)
    {
        if (type?.HasRange() != true && OutcomeNode.Of(type, outcome) is { } degrees)
            return JsonSerializer.SerializeToElement(degrees, Json);
        return
            type?.Form() is null or OutcomeForm.Number
            && double.TryParse(
                outcome,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out var number
            )
            && double.IsFinite(number)
            ? new WrittenNumber(outcome)
            : outcome;
    }

    private static object Place(Question question, double value) => question.Type.CountsDays() ? OutcomeText.FormatDay(value) : value;

    private static string Open(QuestionRange range) =>
        (range.OpenLower, range.OpenUpper) switch
        {
            (true, true) => "lower|upper",
            (true, false) => "lower",
            _ => "upper",
        };
}
