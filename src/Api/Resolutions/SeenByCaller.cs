using Api.Problems;
using Api.Questions;
using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Marten;

namespace Api.Resolutions;

/// <summary>Lets a command on a proposal or an outcome through only where it names the one that stands.</summary>
public static class SeenByCaller
{
    /// <summary>Confirms or rejects the proposal that the caller has seen: the one named, or the one at the version that If-Match names.</summary>
    public static async Task<IResult> JudgeAsync(string slug, Guid? proposal, HttpContext http, IDocumentSession session, Func<Question, Decision> decide)
    {
        if (proposal is null && http.Request.Headers.IfMatch.Count == 0)
        {
            return Problem.Of(
                StatusCodes.Status428PreconditionRequired,
                "precondition-required",
                "Precondition required",
                "Another proposal may stand than the one that you saw. Send its id as proposal, {\"proposal\":\"…\"}, which the question shows as "
                    + "proposal.id, or the question's ETag as If-Match."
            );
        }

        var recorded = proposal is null
            ? null
            : await LastAsync(slug, http, session, q => q is { Proposal: not null, ProposalId: null }, e => e is ResolutionProposed);
        return await session.ChangeAsync(
            http,
            slug,
            (q, _) =>
                proposal is null || q.Proposal is null || (q.ProposalId ?? recorded) == proposal
                    ? decide(q)
                    : Decision.Conflict(
                        $"Another proposal stands than {proposal}: {q.ProposalId ?? recorded}, by {q.Proposal.ProposedBy}. Read it, and name it instead."
                    )
        );
    }

    /// <summary>Disputes the outcome that the caller has seen: the one named, or the one at the version that If-Match names.</summary>
    public static async Task<IResult> DisputeAsync(string slug, Guid? resolution, HttpContext http, IDocumentSession session, Func<Question, Decision> decide)
    {
        if (resolution is null && http.Request.Headers.IfMatch.Count == 0)
        {
            return Problem.Of(
                StatusCodes.Status428PreconditionRequired,
                "precondition-required",
                "Precondition required",
                "Another outcome may stand than the one that you saw. Send its id as resolution, {\"resolution\":\"…\"}, which the question shows as "
                    + "resolutionId, or the question's ETag as If-Match."
            );
        }

        var recorded = resolution is null
            ? null
            : await LastAsync(slug, http, session, q => q is { Resolution: not null, ResolutionId: null }, e => e is IConfirmedOutcome);
        return await session.ChangeAsync(
            http,
            slug,
            (q, _) =>
                resolution is null || q.Resolution is null || (q.ResolutionId ?? recorded) == resolution
                    ? decide(q)
                    : Decision.Conflict($"Another outcome stands than {resolution}: {q.ResolutionId ?? recorded}. Read it, and name it instead.")
        );
    }

    // What an earlier version recorded has its id in the stream alone.
    private static async Task<Guid?> LastAsync(
        string slug,
        HttpContext http,
        IDocumentSession session,
        Func<Question, bool> lacksId,
        Func<object, bool> isMeant
    )
    {
        var key = StreamKeys.Question(slug);
        if (await session.LoadAsync<Question>(key, http.RequestAborted) is not { } question || !lacksId(question))
            return null;
        return (await session.Events.FetchStreamAsync(key, token: http.RequestAborted)).LastOrDefault(e => isMeant(e.Data))?.Id;
    }
}
