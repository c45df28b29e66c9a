using System.Security.Claims;
using Api.Serialization;
using Domain;
using Domain.People;
using JasperFx;
using JasperFx.Events;
using Marten;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Store.Appending;

namespace Api.Authorization;

/// <summary>How people come in by an OpenID Connect provider: whose tokens are taken, and which claims say who they are and what they may do.</summary>
public sealed class IdentityProvider
{
    /// <summary>The issuer's address; none means that only tokens of this service are taken.</summary>
    public string? Authority { get; set; }

    /// <summary>What the tokens must be meant for.</summary>
    public string Audience { get; set; } = "forecasts";

    /// <summary>Whether the issuer's keys are fetched over https alone.</summary>
    public bool RequireHttps { get; set; } = true;

    /// <summary>The claim that names the analyst: after lower-casing, 1 to 80 characters of a to z, 0 to 9 and '-'.</summary>
    public string NameClaim { get; set; } = "preferred_username";

    /// <summary>The claim that lists what the analyst may do.</summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>Which value of that claim gives which role. Without any, the names of the roles themselves are taken.</summary>
    public Dictionary<string, Role> RoleMapping { get; } = new(StringComparer.Ordinal);
}

/// <summary>Lets in who comes with a token of the identity provider, and records who they are and what the provider lets them do.</summary>
/// <remarks>
/// Whoever comes for the first time is registered, and a change of what the provider lets them do is recorded, so that rights are events here
/// too. A name belongs to one subject of one issuer: nobody can take over an analyst by choosing the analyst's name at the provider.
/// </remarks>
public sealed class ProvidedAnalysts(IDocumentStore store, IOptions<IdentityProvider> options, TimeProvider clock)
{
    public const string Scheme = JwtBearerDefaults.AuthenticationScheme;

    /// <summary>Sees to it that the principal of a valid token is an analyst here; fails the authentication where that cannot be.</summary>
    public async Task AdmitAsync(TokenValidatedContext context)
    {
        var provider = options.Value;
        var principal = context.Principal!;
        var name = principal.FindFirstValue(provider.NameClaim)?.ToLowerInvariant();
        if (!StreamKeys.IsSlug(name))
        {
            context.Fail($"The token's claim '{provider.NameClaim}' is no name: it takes 1 to 80 characters of a to z, 0 to 9 and '-'.");
            return;
        }

        if (principal.FindFirstValue("sub") is not { Length: > 0 and <= 255 } subject)
        {
            context.Fail("The token names no subject.");
            return;
        }

        var roles = Roles(principal, provider);
        var known = $"{context.SecurityToken.Issuer}|{subject}";
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (await RecordAsync(name!, known, roles, context.HttpContext.RequestAborted) is { } analyst)
                    context.HttpContext.IsCalledBy(analyst, analyst.Roles, new DateTimeOffset(context.SecurityToken.ValidTo, TimeSpan.Zero));
                else
                    context.Fail($"The name '{name}' belongs to somebody else here; ask an administrator.");
                return;
            }
            catch (Exception e)
                when (e
                        is ConcurrencyException
                            or ExistingStreamIdCollisionException
                            or Marten.Exceptions.ExistingStreamIdCollisionException
                            or Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation }
                    && attempt < 3
                )
            {
                // Two first requests of one person at once: the other one has registered them.
            }
        }
    }

    private async Task<Analyst?> RecordAsync(string name, string subject, IReadOnlyList<Role> roles, CancellationToken token)
    {
        await using var session = store.LightweightSession();
        session.LastModifiedBy = name;
        var (key, now) = (StreamKeys.Analyst(name), clock.GetUtcNow().ToMicroseconds());
        var analyst = await session.LoadAsync<Analyst>(key, token);
        if (analyst is not null && analyst.Subject != subject)
            return null;
        if (analyst is not null && analyst.Roles.SequenceEqual(roles))
            return analyst;
        if (analyst is null)
            session.Start<Analyst>(key, [new AnalystRegistered(name, name, ForecasterKind.Person, roles, subject)], now);
        else
            session.Append(key, analyst.Version, AnalystDecisions.ChangeRoles(analyst, roles).Events, now);
        await session.SaveChangesAsync(token);
        return await session.LoadAsync<Analyst>(key, token);
    }

    private static IReadOnlyList<Role> Roles(ClaimsPrincipal principal, IdentityProvider provider)
    {
        var roles = new SortedSet<Role>();
        foreach (var value in principal.FindAll(provider.RoleClaim).Select(c => c.Value))
        {
            if (provider.RoleMapping.TryGetValue(value, out var mapped))
                roles.Add(mapped);
            else if (provider.RoleMapping.Count == 0 && Enum.GetValues<Role>().FirstOrDefault(r => Spelling.Of(r) == value, (Role)(-1)) is >= 0 and var named)
                roles.Add(named);
        }

        return [.. roles];
    }
}
