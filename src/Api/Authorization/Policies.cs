using Domain.People;
using Microsoft.AspNetCore.Authorization;

namespace Api.Authorization;

/// <summary>
/// The authorization policies of the endpoints. An endpoint names one of them by <c>RequireAuthorization</c> or says that it is for everybody by
/// <c>AllowAnonymous</c>; one that does neither is closed by <see cref="Closed"/>.
/// </summary>
public static class Policies
{
    /// <summary>States and withdraws forecasts of one's own.</summary>
    public static readonly AuthorizationPolicy Forecast = For(Role.Analyst);

    /// <summary>Writes questions and leads them through their life.</summary>
    public static readonly AuthorizationPolicy WriteQuestions = For(Role.Editor);

    /// <summary>Logs evidence.</summary>
    public static readonly AuthorizationPolicy LogEvidence = For(Role.Resolver, Role.Editor, Role.Analyst);

    /// <summary>Proposes, confirms and rejects outcomes.</summary>
    public static readonly AuthorizationPolicy Resolve = For(Role.Resolver);

    /// <summary>Disputes an outcome.</summary>
    public static readonly AuthorizationPolicy Dispute = For(Role.Analyst, Role.Editor, Role.Resolver, Role.Auditor);

    /// <summary>Brings history in.</summary>
    public static readonly AuthorizationPolicy Import = For(Role.Importer);

    /// <summary>Looks at how imports get on.</summary>
    public static readonly AuthorizationPolicy ReadImports = For(Role.Importer, Role.Auditor, Role.Admin);

    /// <summary>Reads the audit trail.</summary>
    public static readonly AuthorizationPolicy Audit = For(Role.Auditor, Role.Admin);

    /// <summary>Erases texts: a forecaster those of their own forecasts, an admin every one.</summary>
    public static readonly AuthorizationPolicy Erase = For(Role.Analyst, Role.Admin);

    /// <summary>Registers people, gives them roles, and issues and revokes tokens.</summary>
    public static readonly AuthorizationPolicy KeepPeople = For(Role.Admin);

    /// <summary>For everybody who has any role.</summary>
    public static readonly AuthorizationPolicy AnyRole = For();

    /// <summary>Reads questions, scores and calibration: for any role, and for everybody where <c>Access:PublicReads</c> is on.</summary>
    public static readonly AuthorizationPolicy Read = OpenedBy(nameof(PublicAccess.PublicReads));

    /// <summary>Reads who there is: for any role, and for everybody where <c>Access:PublicPeople</c> is on.</summary>
    public static readonly AuthorizationPolicy ReadPeople = OpenedBy(nameof(PublicAccess.PublicPeople));

    /// <summary>Follows events live: for any role, and for everybody where <c>Access:PublicLive</c> is on.</summary>
    public static readonly AuthorizationPolicy FollowLive = OpenedBy(nameof(PublicAccess.PublicLive));

    /// <summary>Reads the service's metrics: for any role, and for everybody where <c>Access:PublicMetrics</c> is on.</summary>
    public static readonly AuthorizationPolicy ReadMetrics = OpenedBy(nameof(PublicAccess.PublicMetrics));

    /// <summary>For nobody. It is the fallback policy, so that an endpoint that states no right is closed.</summary>
    public static readonly AuthorizationPolicy Closed = new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build();

    private static AuthorizationPolicy For(params Role[] roles) => new AuthorizationPolicyBuilder().AddRequirements(new Rights(roles)).Build();

    private static AuthorizationPolicy OpenedBy(string setting) => new AuthorizationPolicyBuilder().AddRequirements(new Rights([], setting)).Build();
}
