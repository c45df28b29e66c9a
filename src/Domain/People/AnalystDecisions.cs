using Domain.Erasures;

namespace Domain.People;

/// <summary>Who is let in, and with which rights.</summary>
public static class AnalystDecisions
{
    /// <summary>The most characters of an analyst's name.</summary>
    public const int MaxName = 200;

    /// <summary>How many tokens one analyst may have at a time.</summary>
    public const int MaxTokens = 100;

    /// <summary>Registers a person, a bot or a document.</summary>
    public static Decision Register(AnalystRegistered command)
    {
        if (!StreamKeys.IsSlug(command.Analyst))
            return Decision.Invalid("analyst", $"A name has 1 to 80 characters of a to z, 0 to 9 and '-'; '{command.Analyst.Shortened(80)}' does not.");
        if (command.Name.Length is 0 or > MaxName)
            return Decision.Invalid("name", $"A name has 1 to {MaxName} characters; this has {command.Name.Size()}.");
        return command.Kind is ForecasterKind.Reference or ForecasterKind.Consensus
            ? Decision.Invalid("kind", "References and consensus are computed; register a person, a bot or a document.")
            : Decision.Of(command);
    }

    /// <summary>Gives an analyst exactly these roles; nothing happens where they are the analyst's already.</summary>
    public static Decision ChangeRoles(Analyst analyst, IReadOnlyList<Role> roles) =>
        analyst.ErasedAt is not null ? Erased(analyst)
        : analyst.Roles.ToHashSet().SetEquals(roles) ? Decision.Of()
        : Decision.Of(new RolesChanged([.. roles.Distinct().Order()]));

    /// <summary>The same by a person. Nobody gives up the role admin alone, so that there is always somebody left who can give it.</summary>
    /// <param name="by">The slug of who gives the command.</param>
    public static Decision ChangeRoles(Analyst analyst, IReadOnlyList<Role> roles, string by) =>
        analyst.Slug == by && analyst.Roles.Contains(Role.Admin) && !roles.Contains(Role.Admin)
            ? Decision.Conflict("Nobody gives up the role admin alone; leave admin among the roles, or let another admin take it away.")
            : ChangeRoles(analyst, roles);

    /// <summary>Gives out a token. Refused where it would carry what its owner may not do, or would have expired already.</summary>
    public static Decision Issue(Analyst analyst, TokenIssued token, DateTimeOffset now)
    {
        if (analyst.ErasedAt is not null)
            return Erased(analyst);
        if (token.ExpiresAt is { } expiry && expiry <= now)
        {
            return Decision.Invalid("expiresAt", $"A token expires after it is made: {Instants.Format(expiry)} is not after {Instants.Format(now)}.");
        }

        if (token.Scopes is { Count: 0 })
            return Decision.Invalid("scopes", "Name the roles that the token carries, or leave scopes out for all of the owner's.");
        if (token.Scopes?.Where(s => !analyst.Roles.Contains(s)).ToList() is { Count: > 0 } beyond)
        {
            return Decision.Invalid("scopes", $"{analyst.Slug} has not got the role {Name(beyond[0])}; a token carries no more than its owner's roles.");
        }

        return analyst.Tokens.Count >= MaxTokens ? Decision.Conflict($"{analyst.Slug} has {MaxTokens} tokens already; revoke one first.") : Decision.Of(token);
    }

    /// <summary>Revokes a token.</summary>
    public static Decision Revoke(Analyst analyst, string tokenId) =>
        analyst.Tokens.Any(t => t.Id == tokenId)
            ? Decision.Of(new TokenRevoked(tokenId))
            : Decision.Conflict("The analyst has no such token, or it is revoked already.");

    /// <summary>What is recorded of an erased person: no token and no role is left.</summary>
    /// <param name="analyst">The person.</param>
    /// <param name="named">The texts of the person's own stream: the name and the identity.</param>
    /// <param name="at">When, UTC.</param>
    /// <param name="reason">Why, 1 to 1,000 characters.</param>
    public static IReadOnlyList<object> Erase(Analyst analyst, IReadOnlyList<ErasedTexts> named, DateTimeOffset at, string reason)
    {
        ArgumentNullException.ThrowIfNull(analyst);
        List<object> events = [.. analyst.Tokens.Select(t => new TokenRevoked(t.Id))];
        if (analyst.Roles.Count > 0)
            events.Add(new RolesChanged([]));
        events.Add(new PersonErased(named, at, reason));
        return events;
    }

    private static Decision Erased(Analyst analyst) =>
        Decision.Conflict($"{analyst.Slug} was erased, and nobody comes in under that name again. Register somebody new under another name.");

    private static string Name(Role role) => role.ToString().ToLowerInvariant();
}
