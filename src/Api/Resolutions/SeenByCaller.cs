using Api.Problems;
using Api.Questions;
using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Marten;
using Store.Reading;

namespace Api.Resolutions;

/// <summary>
/// What a caller must have seen to judge it: a question's proposal or its outcome. A command goes through only where it names the one that stands.
/// </summary>
public sealed class SeenByCaller
{
    private readonly string _noun;
    private readonly string _field;
    private readonly string _shownAs;
    private readonly Func<Question, bool> _stands;
    private readonly Func<Question, Guid?> _id;
    private readonly Func<Question, string> _author;
    private readonly Func<object, bool> _isRecordedBy;

    private SeenByCaller(
        string noun,
        string field,
        string shownAs,
        Func<Question, bool> stands,
        Func<Question, Guid?> id,
        Func<Question, string> author,
        Func<object, bool> isRecordedBy
    ) => (_noun, _field, _shownAs, _stands, _id, _author, _isRecordedBy) = (noun, field, shownAs, stands, id, author, isRecordedBy);

    /// <summary>The proposal that waits for a second person.</summary>
    public static SeenByCaller Proposal { get; } =
        new(
            "proposal",
            "proposal",
            "proposal.id",
            q => q.Proposal is not null,
            q => q.ProposalId,
            q => $", by {q.Proposal!.ProposedBy}",
            e => e is ResolutionProposed
        );

    /// <summary>The confirmed outcome.</summary>
    public static SeenByCaller Outcome { get; } =
        new("outcome", "resolution", "resolutionId", q => q.Resolution is not null, q => q.ResolutionId, _ => "", e => e is IConfirmedOutcome);

    /// <summary>Changes a question where the caller has seen what stands: the one named, or the one at the version that If-Match names.</summary>
    /// <param name="slug">The question.</param>
    /// <param name="named">The id that the command names; null where the command leaves that to If-Match.</param>
    /// <param name="http">The request.</param>
    /// <param name="session">The session that the change is appended in.</param>
    /// <param name="decide">Decides on the question as it stands.</param>
    /// <returns>
    /// The changed question; 428 with neither an id nor If-Match, 409 where another stands than the one named, 412 where If-Match names another version.
    /// </returns>
    public async Task<IResult> ChangeAsync(string slug, Guid? named, HttpContext http, IDocumentSession session, Func<Question, Decision> decide)
    {
        if (named is null && http.Request.Headers.IfMatch.Count == 0)
        {
            return Problem.Of(
                StatusCodes.Status428PreconditionRequired,
                "precondition-required",
                "Precondition required",
                $"Another {_noun} may stand than the one that you saw. Send its id as {_field}, {{\"{_field}\":\"…\"}}, which the question shows as "
                    + $"{_shownAs}, or the question's ETag as If-Match."
            );
        }

        var recorded = named is null ? null : await RecordedIdAsync(slug, http, session);
        return await session.ChangeAsync(
            http,
            slug,
            (q, _) =>
                named is null || !_stands(q) || (_id(q) ?? recorded) == named
                    ? decide(q)
                    : Decision.Conflict($"Another {_noun} stands than {named}: {_id(q) ?? recorded}{_author(q)}. Read it, and name it instead.")
        );
    }

    // An earlier version kept the id in the stream alone, not in the question's state.
    private async Task<Guid?> RecordedIdAsync(string slug, HttpContext http, IDocumentSession session)
    {
        var key = StreamKeys.Question(slug);
        if (await session.LoadAsync<Question>(key, http.RequestAborted) is not { } question || !_stands(question) || _id(question) is not null)
            return null;
        return (await ResolutionLog.OfAsync(session, slug, http.RequestAborted)).LastOrDefault(e => _isRecordedBy(e.Data))?.Id;
    }
}
