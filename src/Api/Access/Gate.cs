using Api.Http;
using Domain.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Store.People;

namespace Api.Access;

/// <summary>Finds out who calls, and keeps out who may not, before anything else of the request is looked at.</summary>
public static class Gate
{
    private const string Bearer = "Bearer token";

    public static void AddGate(this IServiceCollection services, IConfiguration configuration)
    {
        var provider = configuration.GetSection("Access").Get<IdentityProvider>() ?? new IdentityProvider();
        services.AddSingleton(Options.Create(provider));
        services.AddSingleton<TokenHolders>();
        services.AddSingleton<TokenUses>();
        services.AddHostedService<LastUses>();
        var schemes = services
            .AddAuthentication(provider.Authority is null ? TokenAuthentication.Name : Bearer)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Name, null);
        if (provider.Authority is null)
            return;
        services.AddSingleton<ProvidedAnalysts>();
        schemes.AddPolicyScheme(Bearer, null, o => o.ForwardDefaultSelector = http => IsJwt(http) ? ProvidedAnalysts.Scheme : TokenAuthentication.Name);
        schemes.AddJwtBearer(
            ProvidedAnalysts.Scheme,
            o =>
            {
                o.Authority = provider.Authority;
                o.Audience = provider.Audience;
                o.RequireHttpsMetadata = provider.RequireHttps;
                // Claims keep the names that the provider gave them, and are those that the configuration speaks of.
                o.MapInboundClaims = false;
                o.TokenValidationParameters.ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
                o.Events = new JwtBearerEvents
                {
                    OnTokenValidated = context => context.HttpContext.RequestServices.GetRequiredService<ProvidedAnalysts>().AdmitAsync(context),
                };
            }
        );
    }

    /// <summary>Lets in whom the endpoint's <see cref="Rights"/> allow; everybody else gets a 401 or a 403 that says what is missing.</summary>
    public static void UseGate(this WebApplication app)
    {
        var reading = app.Configuration.GetValue("Access:PublicReads", false);
        app.Use(
            async (http, next) =>
            {
                if (await RefusalAsync(http, reading) is { } refusal)
                    await refusal.ExecuteAsync(http);
                else
                    await next(http);
            }
        );
    }

    private static async ValueTask<IResult?> RefusalAsync(HttpContext http, bool publicReads)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<Rights>() is not { } rights)
            return null;
        var sent = http.Request.Headers.Authorization.Count > 0;
        if (http.CallerIfAny() is not { } caller)
        {
            if (rights.Public && publicReads && !sent)
                return null;
            var failure = sent ? (await http.AuthenticateAsync()).Failure : null;
            http.Response.Headers.WWWAuthenticate = sent ? "Bearer realm=\"forecasts\", error=\"invalid_token\"" : "Bearer realm=\"forecasts\"";
            return Problems.Of(401, "unauthenticated", "Who are you?", Explain(failure, sent));
        }

        if (rights.Roles.Count > 0 ? rights.Roles.Any(caller.Roles.Contains) : caller.Roles.Count > 0)
            return null;
        var needed = rights.Roles.Count > 0 ? $"the role {string.Join(" or ", rights.Roles.Select(Parameters.Spelling))}" : "any role";
        http.Response.Headers.WWWAuthenticate = "Bearer realm=\"forecasts\", error=\"insufficient_scope\"";
        return Problems.Of(403, "forbidden", "Not yours to do", $"This needs {needed}; {caller.Slug} has not got it, or the token does not carry it.");
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

    private static bool IsJwt(HttpContext http) =>
        BearerTokens.Sent(http.Request) is { } sent && sent.Length <= BearerTokens.MaxLength && sent.Count(c => c == '.') == 2;
}
