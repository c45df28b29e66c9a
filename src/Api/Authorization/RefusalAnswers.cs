using Api.Problems;
using Domain;
using Domain.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.IdentityModel.Tokens;
using Microsoft.Net.Http.Headers;

namespace Api.Authorization;

/// <summary>Answers whom a policy does not let in: a 401 or a 403 that says what is missing.</summary>
public sealed class RefusalAnswers : IAuthorizationMiddlewareResultHandler
{
    /// <summary>The title of a 401.</summary>
    public const string Unauthorized = "Unauthorized";

    /// <summary>The title of a 403.</summary>
    public const string Forbidden = "Insufficient role";

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        // An address that no route has, or not for this method, is answered 404 or 405 by what comes after.
        if (authorizeResult.Succeeded || context.GetEndpoint() is not RouteEndpoint)
            await next(context);
        else if (context.CallerIfAny() is { } caller)
            await Refuse(context, caller, policy).ExecuteAsync(context);
        else
            await (await ChallengeAsync(context)).ExecuteAsync(context);
    }

    /// <summary>What is said to a caller whose roles do not suffice.</summary>
    public static IResult Refuse(HttpContext http, Analyst caller, AuthorizationPolicy policy)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer realm=\"forecasts\", error=\"insufficient_scope\"";
        if (policy.Requirements.OfType<Rights>().FirstOrDefault() is not { } rights)
            return Problem.Of(403, "forbidden", Forbidden, "The service names nobody who may do this.");
        var needed = rights.Roles.Count > 0 ? $"the role {string.Join(" or ", rights.Roles.Select(Spelling.Of))}" : "any role";
        return Problem.Of(403, "forbidden", Forbidden, $"This needs {needed}; {caller.Slug} has not got it, or the token does not carry it.");
    }

    private static async Task<IResult> ChallengeAsync(HttpContext http)
    {
        var sent = http.Request.Headers.Authorization.Count > 0;
        var failure = sent ? (await http.AuthenticateAsync()).Failure : null;
        http.Response.Headers.WWWAuthenticate = sent ? "Bearer realm=\"forecasts\", error=\"invalid_token\"" : "Bearer realm=\"forecasts\"";
        if (BrowserSignIns.AreTaken(http))
            http.Response.Headers.Append(HeaderNames.WWWAuthenticate, BrowserSignIns.Challenge);
        return Problem.Of(401, "unauthenticated", Unauthorized, Explain(failure, sent));
    }

    // What the library says of a provider's token ("IDX10223: …") names keys and clocks that are nobody's business.
    private static string Explain(Exception? failure, bool sent) =>
        failure switch
        {
            null when !sent => "Send 'Authorization: Bearer <token>'.",
            null => "Send the token as 'Authorization: Bearer <token>'.",
            AuthenticationFailureException => failure.Message,
            SecurityTokenExpiredException => "The token has expired.",
            AggregateException { InnerExceptions: var all } when all.Any(e => e is SecurityTokenExpiredException) => "The token has expired.",
            _ => "The token is not one that the identity provider gave out for this service.",
        };
}
