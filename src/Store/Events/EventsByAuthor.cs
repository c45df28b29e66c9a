using Domain.Questions;
using Domain.Resolutions;

namespace Store.Events;

/// <summary>Finds what somebody wrote into the streams of questions.</summary>
internal static class EventsByAuthor
{
    /// <summary>
    /// What is written about a question and its outcome. The question itself and its clarifications are left out, since forecasts rest on them.
    /// </summary>
    private static readonly Type[] Remarks =
    [
        typeof(CloseRescheduled),
        typeof(EvidenceLogged),
        typeof(ResolutionProposed),
        typeof(ResolutionRejected),
        typeof(QuestionResolved),
        typeof(ResolutionDisputed),
        typeof(ResolutionCorrected),
        typeof(ResolutionTakenBack),
        typeof(QuestionAnnulled),
    ];

    /// <summary>
    /// The streams and ids of the remarks that $1 wrote: recorded by them, or confirmed by another as they had proposed it. What an import brought is whoever
    /// wrote the file's.
    /// </summary>
    public static readonly string Sql = $"""
        select e.stream_id, e.id from {EventSql.Events} e
        where e.type in ({EventSql.Names(Remarks)}) and (e.user_name = $1 or {EventSql.Text("e", nameof(ResolutionProposed.ProposedBy), Remarks)} = $1)
            and not coalesce({EventSql.Text("e", nameof(QuestionResolved.Imported), Remarks)}::boolean, false)
        """;
}
