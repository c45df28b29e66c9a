namespace Domain.People;

/// <summary>Who is let in, and with which rights.</summary>
public static class AnalystDecisions
{
    public static Decision Register(AnalystRegistered command)
    {
        if (!StreamKeys.IsSlug(command.Analyst)) return Decision.Invalid("analyst", "A name has 1 to 80 characters of a to z, 0 to 9 and '-'.");
        if (command.Name.Length is 0 or > 200) return Decision.Invalid("name", "A name has 1 to 200 characters.");
        return command.Kind is ForecasterKind.Reference or ForecasterKind.Consensus
            ? Decision.Invalid("kind", "References and consensus are computed; register a person, a bot or a document.")
            : Decision.Of(command);
    }

    public static Decision ChangeRoles(Analyst analyst, IReadOnlyList<Role> roles) =>
        analyst.Roles.ToHashSet().SetEquals(roles) ? Decision.Of() : Decision.Of(new RolesChanged([.. roles.Distinct().Order()]));

    public static Decision Revoke(Analyst analyst, string tokenId) => analyst.Tokens.Any(t => t.Id == tokenId)
        ? Decision.Of(new TokenRevoked(tokenId))
        : Decision.Conflict("The analyst has no such token, or it is revoked already.");
}
