using System.Security.Cryptography;
using System.Text;
using Domain.People;
using Marten;

namespace Api.Access;

/// <summary>Bearer tokens: 256 random bits behind a visible prefix; only a SHA-256 of them is kept.</summary>
public static class BearerTokens
{
    public static (string Token, TokenIssued Event) Issue(DateTimeOffset? expiresAt)
    {
        var token = "fc_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return (token, new TokenIssued(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), token[..10], Hash(token), expiresAt));
    }

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

/// <summary>Finds out who calls, and keeps out who may not.</summary>
public static class Access
{
    internal const string CallerKey = "caller";

    /// <summary>The analyst whose token came with the request.</summary>
    public static Analyst Caller(this HttpContext context) => (Analyst)context.Items[CallerKey]!;

    /// <summary>Lets in only who has one of the roles; none named means any of them.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder builder, params Role[] roles)
        where TBuilder : IEndpointConventionBuilder => builder.AddEndpointFilter((context, next) => Check(context, next, roles));

    /// <summary>Lets in everybody where public reads are on, else who has any role.</summary>
    public static TBuilder Reads<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.AddEndpointFilter((context, next) =>
            context.HttpContext.RequestServices.GetRequiredService<IConfiguration>().GetValue("Access:PublicReads", false)
                ? next(context)
                : Check(context, next, []));

    private static async ValueTask<object?> Check(EndpointFilterInvocationContext context, EndpointFilterDelegate next, Role[] roles)
    {
        var http = context.HttpContext;
        var (caller, reason) = await AuthenticateAsync(http);
        if (caller is null)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return Http.Problems.Of(401, "unauthenticated", "Who are you?", reason);
        }

        if (roles.Length > 0 ? !roles.Any(caller.Roles.Contains) : caller.Roles.Count == 0)
        {
            var needed = roles.Length > 0 ? string.Join(" or ", roles.Select(Http.Parameters.Spelling)) : "any role";
            return Http.Problems.Of(403, "forbidden", "Not yours to do", $"This needs the role {needed}; {caller.Slug} has not got it.");
        }

        http.Items[CallerKey] = caller;
        var session = http.RequestServices.GetRequiredService<IDocumentSession>();
        session.LastModifiedBy = caller.Slug;
        return await next(context);
    }

    private static async Task<(Analyst? Caller, string Reason)> AuthenticateAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return (null, "Send 'Authorization: Bearer <token>'.");
        var hash = BearerTokens.Hash(header["Bearer ".Length..].Trim());
        var session = http.RequestServices.GetRequiredService<IQuerySession>();
        var analyst = await session.Query<Analyst>().FirstOrDefaultAsync(a => a.Tokens.Any(t => t.Hash == hash), http.RequestAborted);
        var token = analyst?.Tokens.First(t => t.Hash == hash);
        if (token is null) return (null, "The token is unknown or revoked.");
        return token.ExpiresAt <= http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() ? (null, "The token has expired.") : (analyst, "");
    }
}
