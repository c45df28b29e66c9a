using Domain.Questions;
using Store.Events;

namespace Store.Views;

/// <summary>Fragments of statements that read a field of a question as its draft, or an edit of it, says.</summary>
internal static class QuestionFieldSql
{
    /// <summary>A field on a side of an edit, as text; null where the edit did not change it, or it has no value there.</summary>
    /// <param name="edits">The alias of the table of events.</param>
    /// <param name="side"><see cref="QuestionEdited.Before"/> or <see cref="QuestionEdited.After"/>, by <c>nameof</c>.</param>
    /// <param name="field">The field of <see cref="QuestionFields"/>, by <c>nameof</c>.</param>
    public static string Of(string edits, string side, string field) =>
        $"({EventSql.Json(edits, side, typeof(QuestionEdited))} ->> '{EventSql.JsonName(typeof(QuestionFields), field)}')";

    /// <summary>Whether an edit changed a field.</summary>
    /// <inheritdoc cref="Of"/>
    public static string IsChanged(string edits, string field) =>
        $"({Of(edits, nameof(QuestionEdited.Before), field)} is not null or {Of(edits, nameof(QuestionEdited.After), field)} is not null)";

    /// <summary>A field as text, by the last edit that changed it, or else by the draft.</summary>
    /// <param name="question">The question's slug, as SQL.</param>
    /// <param name="field">The field of <see cref="QuestionFields"/> and of <see cref="QuestionDrafted"/>, by <c>nameof</c>.</param>
    /// <param name="counts">Which edits <c>e</c> count, as SQL.</param>
    /// <param name="others">Further events that set it: rows of a version and a value, as SQL; null for none.</param>
    public static string Last(string question, string field, string counts, string? others = null) =>
        $"""
            (select f.value from (
                select e.version, {EventSql.Text("e", field, typeof(QuestionDrafted))} as value from {EventSql.Events} e
                where e.stream_id = 'question/' || {question} and e.type = {EventSql.Name<QuestionDrafted>()}
                union all
                select e.version, {Of("e", nameof(QuestionEdited.After), field)} from {EventSql.Events} e
                where e.stream_id = 'question/' || {question} and e.type = {EventSql.Name<QuestionEdited>()} and {IsChanged("e", field)} and {counts}
                {(others is null ? "" : $"union all {others}")}) f order by f.version desc limit 1)
            """;
}
