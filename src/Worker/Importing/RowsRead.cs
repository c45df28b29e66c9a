using Domain;
using Domain.Importing;
using Domain.Questions;
using Domain.Resolutions;
using Store.Importing;

namespace Worker.Importing;

/// <summary>Reconstructs the rows of the outcome logs from the recorded events.</summary>
internal static class RowsRead
{
    /// <summary>
    /// The rows by stream, in the order in which they were read. Events that followed from a condition are not rows; exports leave them out as well.
    /// </summary>
    public static Dictionary<string, List<LoggedOutcome>> Of(
        (IReadOnlyList<OutcomeEvent> Events, IReadOnlyList<UnchangingOutcome> Unchanging) read,
        IReadOnlyDictionary<string, Question> questions
    )
    {
        var rows = new Dictionary<string, List<LoggedOutcome>>(StringComparer.Ordinal);
        var byStream = questions.Values.ToDictionary(q => q.Id, StringComparer.Ordinal);
        foreach (var e in read.Events)
        {
            if (!byStream.TryGetValue(e.Stream, out var question) || Row(question, e) is not { } row)
                continue;
            if (!rows.TryGetValue(e.Stream, out var ofStream))
                rows.Add(e.Stream, ofStream = []);
            ofStream.Add(row);
        }

        // Each has the number of rows before it, including those that changed nothing.
        foreach (var u in read.Unchanging)
        {
            if (!rows.TryGetValue(u.Stream, out var ofStream))
                rows.Add(u.Stream, ofStream = []);
            ofStream.Insert(Math.Min(u.After, ofStream.Count), new LoggedOutcome(u.Outcome, u.KnownAt));
        }

        return rows;
    }

    private static LoggedOutcome? Row(Question question, OutcomeEvent e) =>
        e.Data switch
        {
            QuestionAnnulled { FailedCondition: not null } => null,
            IConfirmedOutcome o => new LoggedOutcome(OutcomeText.OfRecord(question, o.Outcome, o.KnownAt), o.KnownAt),
            ResolutionTakenBack t when !StreamKeys.IsQuestion(t.TakenBackBy) => new LoggedOutcome(OutcomeText.Unresolved, t.KnownAt ?? e.RecordedAt),
            _ => null,
        };
}
