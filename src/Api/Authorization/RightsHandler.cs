using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Api.Authorization;

/// <summary>Compares what a policy asks with the roles that the caller's token carries.</summary>
public sealed class RightsHandler(IOptions<PublicAccess> access) : AuthorizationHandler<Rights>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Rights requirement)
    {
        if (context.Resource is not HttpContext http)
            return Task.CompletedTask;
        // Whoever sends a token means to be known by it: a bad one is refused, also where everybody may read without one.
        var isLetIn = http.CallerIfAny() is { } caller
            ? requirement.Allow(caller.Roles)
            : requirement.OpenedBy is { } setting && access.Value.IsOn(setting) && http.Request.Headers.Authorization.Count == 0;
        if (isLetIn)
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
