using Domain.Resolutions;

namespace Domain.Questions;

/// <summary>A question as it stood at any point in time, folded from its events.</summary>
public static class QuestionHistory
{
    /// <summary>The question at a point in time; null where nothing of it was recorded by then.</summary>
    /// <param name="id">The stream's key.</param>
    /// <param name="events">The stream's events in order, each with the instant at which it was recorded.</param>
    /// <param name="at">The point.</param>
    /// <remarks>
    /// An outcome counts from the instant from which it was known. Of several, the one that was logged last stands: a correction that was known
    /// earlier than the outcome that it corrects stands from that earlier instant on. What has no instant of its own in the world, such as a moved
    /// close, a proposal, a dispute or a new title, counts from when it was recorded. The lifetime decides the rest: a question is a draft before it opens,
    /// and closed from its close on, whenever that was recorded. What only a draft can be edited in counts at every instant of the world once the draft was
    /// opened, as the draft itself does: forecasts and outcomes from before the edit was recorded are of the question that was opened.
    /// </remarks>
    public static Question? At(string id, IEnumerable<(object Data, DateTimeOffset RecordedAt)> events, PointInTime at)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(at);
        var known = events.Index().Where(e => !(e.Item.RecordedAt > at.KnownAt)).ToList();
        var opened = known.Any(e => e.Item.Data is QuestionOpened);
        Question? question = null;
        foreach (var (i, (data, recordedAt)) in known)
        {
            if (question is null)
            {
                if (data is not QuestionDrafted drafted)
                    return null;
                question = Question.Drafted(id, drafted) with { Version = i + 1 };
            }
            else if (at.Admits(HappenedAt(data, recordedAt), recordedAt))
            {
                if (data is DraftDropped)
                    return null;
                question = question.After(data) with { Version = i + 1 };
            }
            else if (opened && data is QuestionEdited { Before: var before, After: var after })
            {
                question = question.After(new QuestionEdited(before.OfDraftsAlone(), after.OfDraftsAlone()));
            }
        }

        return question is null || at.AsOf is not { } asOf ? question : question with { Status = StatusAt(question, asOf) };
    }

    private static QuestionStatus StatusAt(Question question, DateTimeOffset asOf)
    {
        if (question.Resolution is not null || question.Status == QuestionStatus.Draft)
            return question.Status;
        if (asOf < question.OpensAt)
            return QuestionStatus.Draft;
        return question.Status == QuestionStatus.Open && asOf >= question.ClosesAt ? QuestionStatus.Closed : question.Status;
    }

    // The draft and the opening count at every instant of the world. The lifetime in the draft says when the question opened.
    private static DateTimeOffset HappenedAt(object e, DateTimeOffset recordedAt) =>
        e switch
        {
            QuestionOpened or OptionsNamed => DateTimeOffset.MinValue,
            CriteriaClarified c => c.ClarifiedAt,
            QuestionClosed c => c.ClosedAt,
            EvidenceLogged l => l.OccurredAt,
            IConfirmedOutcome o => o.KnownAt,
            ResolutionTakenBack t => t.KnownAt ?? recordedAt,
            _ => recordedAt,
        };
}
