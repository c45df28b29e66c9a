using Domain.Forecasts;
using Domain.Questions;

namespace Domain.Importing;

/// <summary>Questions from a file of history. They are checked as drafts are, and then brought to the status that they would have now.</summary>
public static class ImportedQuestions
{
    /// <summary>
    /// The events of an imported question: drafted, opened and, where its close has passed, closed. A question whose opening lies ahead has
    /// the status open already, and takes forecasts from its opening on.
    /// </summary>
    /// <param name="draft">The question as the file has it, marked as imported.</param>
    /// <param name="status">What the file says that it should be: a draft, open (null says so too) or closed before its time.</param>
    /// <param name="stoppedAt">The first instant before the close from which it took no forecasts, as the file says; null where it does not.</param>
    /// <param name="now">The instant of the import.</param>
    public static Decision Bring(QuestionDrafted draft, QuestionStatus? status, DateTimeOffset? stoppedAt, DateTimeOffset now)
    {
        var decision = QuestionDecisions.Draft(draft);
        if (decision.IsRefused)
            return decision;
        if (stoppedAt >= draft.ClosesAt || stoppedAt > now)
            return Decision.Invalid(
                "stoppedAt",
                "It is an instant before the close and not ahead of now; leave it empty where forecasts were taken to the close."
            );
        if (status == QuestionStatus.Draft)
            return stoppedAt is null ? decision : Decision.Invalid("stoppedAt", "A draft takes no forecasts yet; leave it empty.");
        if (status is not (null or QuestionStatus.Open or QuestionStatus.Closed))
        {
            return Decision.Invalid("status", "A question is imported as draft, open or closed; its outcome comes with the outcomes.");
        }

        var opened = new QuestionOpened(Earlier(draft.OpensAt, now), Imported: true, stoppedAt);
        return status == QuestionStatus.Closed || draft.ClosesAt <= now
            ? Decision.Of(draft, opened, new QuestionClosed(Earlier(draft.ClosesAt, now), Imported: true))
            : Decision.Of(draft, opened);
    }

    /// <summary>
    /// The first field in which a row differs from the record, in the API's spelling; null where the record says everything that the row says, so
    /// that importing the row again adds nothing. What happened to the question since makes no difference.
    /// </summary>
    /// <param name="question">What is recorded.</param>
    /// <param name="draft">What the row says.</param>
    /// <param name="status">The status that the row gives, where it gives one.</param>
    /// <param name="additions">The clarifications and the evidence that the row gives, as events.</param>
    /// <param name="stoppedAt">The first instant before the close from which it took no forecasts, where the row gives one.</param>
    public static string? Difference(
        Question question,
        QuestionDrafted draft,
        QuestionStatus? status = null,
        IReadOnlyList<object>? additions = null,
        DateTimeOffset? stoppedAt = null
    ) =>
        question.Title != draft.Title ? "title"
        : question.Background != draft.Background ? "background"
        : question.ResolutionCriteria != draft.ResolutionCriteria ? "resolutionCriteria"
        : question.Type != draft.Type ? "type"
        : draft.Options.Count > 0 && !question.Options.SequenceEqual(draft.Options) ? "options"
        : question.Range != draft.Range ? "range"
        : question.Unit != draft.Unit ? "unit"
        : question.OpensAt != draft.OpensAt ? "opensAt"
        : question.ClosesAt != draft.ClosesAt ? "closesAt"
        : question.ResolvesBy != draft.ResolvesBy ? "resolvesBy"
        : question.SpotAt != draft.SpotAt ? "spotAt"
        : !question.Tags.SequenceEqual(draft.Tags) ? "tags"
        : question.Source != draft.Source ? "source"
        : question.Condition != draft.Condition ? "condition"
        : question.Group != draft.Group ? "group"
        : question.StatusQuo != draft.StatusQuo ? "statusQuo"
        : status > question.Status ? "status"
        : stoppedAt < Revelations.Earliest(question) ? "stoppedAt"
        : additions?.OfType<CriteriaClarified>().All(c => question.Clarifications.Contains(new Clarification(c.Text, c.ClarifiedAt))) == false
            ? "clarifications"
        : additions?.OfType<EvidenceLogged>().All(e => question.Evidence.Contains(new Evidence(e.OccurredAt, e.Title, e.Source, e.Url))) == false ? "evidence"
        : null;

    /// <summary>A question as if nothing that it was drafted with had changed since; what was added to it stays.</summary>
    /// <param name="question">The question as it stands.</param>
    /// <param name="drafted">How it was drafted.</param>
    public static Question AsDrafted(Question question, QuestionDrafted drafted)
    {
        var stands = question.ToDraft();
        return question.After(new QuestionEdited(QuestionFields.Of(stands, drafted), QuestionFields.Of(drafted, stands)));
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
