using System.Security.Claims;
using Domain;
using Domain.People;
using JasperFx;
using JasperFx.Events;
using Marten;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Npgsql;
using Store.Appending;
using Store.People;

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
/// too. A person is one subject of one issuer. Whoever changes the user name at the provider stays the analyst of the first name, and nobody
/// can take over an analyst by choosing the analyst's name there.
/// </remarks>
public sealed class ProvidedAnalysts(IDocumentStore store, Identities identities, IOptions<IdentityProvider> options, TimeProvider clock)
{
    public const string Scheme = JwtBearerDefaults.AuthenticationScheme;

    /// <summary>Sees to it that the principal of a valid token is an analyst here; fails the authentication where that cannot be.</summary>
    public async Task AdmitAsync(TokenValidatedContext context)
    {
        var provider = options.Value;
        var principal = context.Principal!;
        var name = principal.FindFirstValue(provider.NameClaim)?.ToLowerInvariant();
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
                var found = await identities.FindAsync(known, context.HttpContext.RequestAborted);
                if (found is null && !StreamKeys.IsSlug(name))
                    context.Fail($"The token's claim '{provider.NameClaim}' is no name: it takes 1 to 80 characters of a to z, 0 to 9 and '-'.");
                else if (await RecordAsync(found, name!, known, roles, context.HttpContext.RequestAborted) is { } analyst)
                    context.HttpContext.IsCalledBy(analyst, analyst.Roles, new DateTimeOffset(context.SecurityToken.ValidTo, TimeSpan.Zero));
                else
                    context.Fail($"The name '{name}' belongs to somebody else here; ask an administrator.");
                return;
            }
            catch (Exception e) when (attempt < 3 && IsRace(e))
            {
                // Two first requests of one person at once: the other one has registered them.
            }
        }
    }

    /// <summary>The analyst with what the provider lets them do now; null where the name is somebody else's.</summary>
    private async Task<Analyst?> RecordAsync(Analyst? known, string name, string subject, IReadOnlyList<Role> roles, CancellationToken token)
    {
        if (known is not null && known.Roles.SequenceEqual(roles))
            return known;
        await using var session = store.LightweightSession();
        session.LastModifiedBy = known?.Slug ?? name;
        var (key, now) = (known?.Id ?? StreamKeys.Analyst(name), clock.GetUtcNow().ToMicroseconds());
        if (known is not null)
        {
            session.Append(key, known.Version, AnalystDecisions.ChangeRoles(known, roles).Events, now);
        }
        else
        {
            if (await session.LoadAsync<Analyst>(key, token) is { } holder && holder.Subject != subject)
                return null;
            session.Start<Analyst>(key, [new AnalystRegistered(name, name, ForecasterKind.Person, roles, subject)], now);
            Identities.Keep(session, subject, name);
        }

        await session.SaveChangesAsync(token);
        return await session.LoadAsync<Analyst>(key, token);
    }

    private static bool IsRace(Exception? failure) =>
        failure
            is ConcurrencyException
                or ExistingStreamIdCollisionException
                or Marten.Exceptions.ExistingStreamIdCollisionException
                or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
        || (failure?.InnerException is { } inner && IsRace(inner));

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
