namespace Domain.Questions;

/// <summary>Questions that come from a file of history: checked as a draft is, and then brought to where they would stand by now.</summary>
public static class ImportedQuestions
{
    /// <summary>
    /// The events of an imported question: drafted, opened and, where its close has passed, closed. What has not opened yet is open already to
    /// be read, and takes forecasts from its opening on.
    /// </summary>
    /// <param name="draft">The question as the file has it, marked as imported.</param>
    /// <param name="status">What the file says that it should be: a draft, open (null says so too) or closed before its time.</param>
    /// <param name="now">The instant of the import.</param>
    public static Decision Bring(QuestionDrafted draft, QuestionStatus? status, DateTimeOffset now)
    {
        var decision = QuestionDecisions.Draft(draft);
        if (decision.IsRefused || status == QuestionStatus.Draft) return decision;
        if (status is not (null or QuestionStatus.Open or QuestionStatus.Closed))
        {
            return Decision.Invalid("status", "A question is imported as draft, open or closed; its outcome comes with the outcomes.");
        }

        var opened = new QuestionOpened(Earlier(draft.OpensAt, now), Imported: true);
        return status == QuestionStatus.Closed || draft.ClosesAt <= now
            ? Decision.Of(draft, opened, new QuestionClosed(Earlier(draft.ClosesAt, now), Imported: true))
            : Decision.Of(draft, opened);
    }

    /// <summary>Whether what is recorded already says all that the draft does, so that a second import of it adds nothing.</summary>
    public static bool Holds(Question question, QuestionDrafted draft) =>
        question.Title == draft.Title
        && question.Background == draft.Background
        && question.ResolutionCriteria == draft.ResolutionCriteria
        && question.Type == draft.Type
        && (draft.Options.Count == 0 || question.Options.SequenceEqual(draft.Options))
        && question.Range == draft.Range
        && question.Unit == draft.Unit
        && question.OpensAt == draft.OpensAt
        && question.ClosesAt == draft.ClosesAt
        && question.ResolvesBy == draft.ResolvesBy
        && question.SpotAt == draft.SpotAt
        && question.Tags.SequenceEqual(draft.Tags)
        && question.Source == draft.Source
        && question.Condition == draft.Condition
        && question.Group == draft.Group
        && question.StatusQuo == draft.StatusQuo;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
