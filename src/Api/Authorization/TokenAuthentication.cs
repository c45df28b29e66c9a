using System.Security.Claims;
using System.Text.Encodings.Web;
using Domain.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Store.People;

namespace Api.Authorization;

/// <summary>Finds out who calls by a token of this service's own.</summary>
public sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logging,
    UrlEncoder encoder,
    TokenHolders holders,
    TokenUses uses,
    TimeProvider clock
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logging, encoder)
{
    public const string Name = "Token";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if ((SentTokens.Of(Request) ?? BrowserSignIns.Sent(Context)) is not { Length: > 0 } sent)
            return AuthenticateResult.NoResult();
        if (sent.Length > BearerTokens.MaxLength)
            return AuthenticateResult.Fail("The token is unknown or revoked.");
        var (hash, now) = (BearerTokens.Hash(sent), clock.GetUtcNow());
        var remembered = CachedCallers.MayBeRemembered(Context) ? holders.Remembered(hash) : null;
        if (remembered is not var (analyst, token) || token.ExpiresAt <= now || !token.Rights(analyst.Roles).Contains(Role.Analyst))
        {
            if (await holders.FindAsync(hash, Context.RequestAborted) is not var (found, foundToken))
                return AuthenticateResult.Fail("The token is unknown or revoked.");
            (analyst, token) = (found, foundToken);
        }

        if (token.ExpiresAt <= now)
            return AuthenticateResult.Fail("The token has expired.");
        uses.Note(token.Id, now);
        Context.IsCalledBy(analyst, token.Rights(analyst.Roles), token.ExpiresAt, token.Id);
        return AuthenticateResult.Success(
            new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, analyst.Slug)], Name)), Name)
        );
    }
}
