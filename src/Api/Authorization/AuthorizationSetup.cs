using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Store.People;

namespace Api.Authorization;

/// <summary>Finds out who calls, and lets in whom the endpoint's policy lets in, before anything else of the request is looked at.</summary>
public static class AuthorizationSetup
{
    private const string Bearer = "Bearer token";

    public static void AddCallers(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<PublicAccess>(configuration.GetSection("Access"));
        services.AddSingleton<IAuthorizationHandler, RightsHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalAnswers>();
        services.AddAuthorizationBuilder().SetFallbackPolicy(Policies.Closed);
        var provider = configuration.GetSection("Access").Get<IdentityProvider>() ?? new IdentityProvider();
        services.AddSingleton(Options.Create(provider));
        services.AddDataProtection().SetApplicationName("Forecasts");
        services.AddSingleton<SignInCookie>();
        services.AddSingleton<TokenHolders>();
        services.AddSingleton<TokenUses>();
        services.AddHostedService<LastUses>();
        var schemes = services
            .AddAuthentication(provider.Authority is null ? TokenAuthentication.Name : Bearer)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Name, null);
        if (provider.Authority is null)
            return;
        services.AddSingleton<Identities>();
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

    private static bool IsJwt(HttpContext http) =>
        SentTokens.Of(http.Request) is { } sent && sent.Length <= BearerTokens.MaxLength && sent.Count(c => c == '.') == 2;
}
