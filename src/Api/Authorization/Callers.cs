using Domain.People;
using Microsoft.Extensions.Options;

namespace Api.Authorization;

/// <summary>Says who calls.</summary>
public static class Callers
{
    private static readonly object Key = new();
    private static readonly object TokenKey = new();
    private static readonly object ExpiryKey = new();

    /// <summary>The analyst who calls, with the roles that the token carries.</summary>
    public static Analyst Caller(this HttpContext context) =>
        context.CallerIfAny() ?? throw new InvalidOperationException("The endpoint lets in nobody by name.");

    /// <summary>The analyst who calls; null where the request came without a token, which only public reads allow.</summary>
    public static Analyst? CallerIfAny(this HttpContext context) => context.Items[Key] as Analyst;

    /// <summary>Whether the reader is shown why forecasts were made: everybody by name is, others where <c>Access:PublicRationales</c> is on.</summary>
    public static bool SeesRationales(this HttpContext context) =>
        context.CallerIfAny() is not null || context.RequestServices.GetRequiredService<IOptions<PublicAccess>>().Value.PublicRationales;

    /// <summary>Which of the caller's tokens came with the request; empty for one of an identity provider.</summary>
    public static string TokenId(this HttpContext context) => context.Items[TokenKey] as string ?? "";

    /// <summary>When the token that came with the request ends by itself; null where it does not, or none came.</summary>
    public static DateTimeOffset? TokenExpiry(this HttpContext context) => context.Items[ExpiryKey] as DateTimeOffset?;

    internal static void IsCalledBy(this HttpContext context, Analyst analyst, IReadOnlyList<Role> rights, DateTimeOffset? expiresAt, string tokenId = "")
    {
        context.Items[ExpiryKey] = expiresAt;
        context.Items[Key] = analyst with { Roles = rights };
        context.Items[TokenKey] = tokenId;
    }
}
