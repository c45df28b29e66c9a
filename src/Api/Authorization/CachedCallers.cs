using Api.Problems;
using Api.Requests;
using Domain;
using Domain.People;
using Marten;

namespace Api.Authorization;

/// <summary>
/// Marks an endpoint that records nothing but by submissions, whose commit compares the caller's version: there a caller may be remembered.
/// </summary>
public sealed record SubmittingOnly;

/// <summary>Callers of endpoints that only submit.</summary>
public static class CachedCallers
{
    public static TBuilder SubmitsOnly<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new SubmittingOnly());

    /// <summary>
    /// Whether the caller may be taken from memory: not where the answer is kept, since then another transaction than the submissions' records.
    /// </summary>
    public static bool MayBeRemembered(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<SubmittingOnly>() is not null && !http.Request.Headers.ContainsKey(IdempotencyKey.Header);

    /// <summary>
    /// Reads the caller's rights again: before a caller from memory is refused anything, and after something was recorded about them. A refusal
    /// where they no longer suffice, else null.
    /// </summary>
    public static async Task<IResult?> ReadmitAsync(this HttpContext http)
    {
        var (before, tokenId) = (http.Caller(), http.TokenId());
        await using var session = http.RequestServices.GetRequiredService<IDocumentStore>().QuerySession();
        var now = await session.LoadAsync<Analyst>(StreamKeys.Analyst(before.Slug), http.RequestAborted);
        if (now is null || (tokenId.Length > 0 && !now.Tokens.Any(t => t.Id == tokenId)))
            return Problem.Of(401, "unauthenticated", RefusalAnswers.Unauthorized, "The token is unknown or revoked.");

        var rights = before.Roles.Where(now.Roles.Contains).ToList();
        if (!rights.Contains(Role.Analyst))
            return RefusalAnswers.Refuse(http, now, Policies.Forecast);

        http.IsCalledBy(now, rights, http.TokenExpiry(), tokenId);
        return null;
    }
}
