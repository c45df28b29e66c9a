using System.Collections.Concurrent;
using Api.Http;
using Domain.People;
using Marten;

namespace Api.Access;

/// <summary>
/// Who the tokens of late belonged to, for endpoints that hand in <see cref="Store.Submitting.Submission"/>s. What is remembered may be out
/// of date, and cannot do harm: the commit compares the version of the caller's stream, so nothing is recorded under a right that was taken
/// away before; and nobody is refused on what is remembered.
/// </summary>
public sealed class CallersAtHand
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, Analyst> _callers = new(StringComparer.Ordinal);

    /// <summary>Whose token this was when it was last looked up; null where that is not remembered.</summary>
    public Analyst? Find(string hash) => _callers.GetValueOrDefault(hash);

    public void Keep(string hash, Analyst caller)
    {
        if (_callers.Count >= Most) _callers.Clear();
        _callers[hash] = caller;
    }

    public void Forget(string hash) => _callers.TryRemove(hash, out _);
}

/// <summary>Lets in who may submit forecasts, without asking the database about a caller who was here a moment ago.</summary>
public static class Submitters
{
    /// <summary>Lets in only who has the role. The endpoint records nothing but by submissions, whose commit checks the caller again.</summary>
    public static TBuilder Submits<TBuilder>(this TBuilder builder, Role role)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new SubmittingRole(role)).AddEndpointFilter(async (context, next) =>
            await AdmitAsync(context.HttpContext, role, anew: false) is { } refusal ? refusal : await next(context));

    /// <summary>Looks the caller up again, after something was recorded about them; a refusal where they may no longer submit.</summary>
    public static Task<IResult?> ReadmitAsync(this HttpContext http) =>
        AdmitAsync(http, http.GetEndpoint()!.Metadata.GetRequiredMetadata<SubmittingRole>().Role, anew: true);

    private static async Task<IResult?> AdmitAsync(HttpContext http, Role role, bool anew)
    {
        var header = http.Request.Headers.Authorization.ToString();
        var hash = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? BearerTokens.Hash(header["Bearer ".Length..].Trim()) : null;
        if (hash is null) return Unknown(http, "Send 'Authorization: Bearer <token>'.");

        var callers = http.RequestServices.GetRequiredService<CallersAtHand>();
        var remembered = anew ? null : callers.Find(hash);
        var now = http.Now();
        if (remembered is not null && Holds(remembered, hash, role, now))
        {
            http.Items[Access.CallerKey] = remembered;
            return null;
        }

        var caller = await http.RequestServices.GetRequiredService<IQuerySession>().Query<Analyst>()
            .FirstOrDefaultAsync(a => a.Tokens.Any(t => t.Hash == hash), http.RequestAborted);
        if (caller is null || !Holds(caller, hash, role, now))
        {
            callers.Forget(hash);
            return caller is null ? Unknown(http, "The token is unknown or revoked.")
                : !caller.Tokens.Any(t => t.Hash == hash && !(t.ExpiresAt <= now)) ? Unknown(http, "The token has expired.")
                : Problems.Of(403, "forbidden", "Not yours to do", $"This needs the role {Parameters.Spelling(role)}; {caller.Slug} has not got it.");
        }

        callers.Keep(hash, caller);
        http.Items[Access.CallerKey] = caller;
        return null;
    }

    private static bool Holds(Analyst caller, string hash, Role role, DateTimeOffset now) =>
        caller.Roles.Contains(role) && caller.Tokens.Any(t => t.Hash == hash && !(t.ExpiresAt <= now));

    private static IResult Unknown(HttpContext http, string reason)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.Of(401, "unauthenticated", "Who are you?", reason);
    }

    private sealed record SubmittingRole(Role Role);
}
