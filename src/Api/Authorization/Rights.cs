using Domain.People;
using Microsoft.AspNetCore.Authorization;

namespace Api.Authorization;

/// <summary>What a policy asks of a caller.</summary>
/// <param name="Roles">One of these is needed; none named means any role.</param>
/// <param name="OpenedBy">The switch of <see cref="PublicAccess"/> that lets in everybody without a token; null where nothing does.</param>
public sealed record Rights(IReadOnlyList<Role> Roles, string? OpenedBy = null) : IAuthorizationRequirement
{
    /// <summary>Whether an analyst who has these roles may.</summary>
    public bool Allow(IReadOnlyList<Role> roles)
    {
        if (Roles.Count == 0)
            return roles.Count > 0;
        foreach (var role in Roles)
        {
            if (roles.Contains(role))
                return true;
        }

        return false;
    }
}

/// <summary>Reads from an endpoint's metadata what it asks of a caller.</summary>
public static class EndpointRights
{
    /// <summary>Whether the endpoint names a policy; one that does belongs to the contract.</summary>
    public static bool NamesPolicy(this Endpoint endpoint) => endpoint.Metadata.GetMetadata<AuthorizationPolicy>() is not null;

    /// <summary>What the policy among an endpoint's metadata asks; null where there is none.</summary>
    public static Rights? NamedRights(this IEnumerable<object> metadata) =>
        metadata.OfType<AuthorizationPolicy>().LastOrDefault()?.Requirements.OfType<Rights>().FirstOrDefault();
}
