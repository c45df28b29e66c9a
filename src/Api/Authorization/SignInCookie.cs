using Microsoft.AspNetCore.DataProtection;
using Store.People;

namespace Api.Authorization;

/// <summary>
/// A browser's sign-in: the reader's token, sealed in a cookie that no script sees. It is taken for reads alone, since a browser sends it along with requests
/// that other sites bring about; a write takes the token itself.
/// </summary>
public sealed class SignInCookie(IDataProtectionProvider protection)
{
    private const string Name = "forecasts-reader";

    // A browser keeps at most 4,096 bytes of one cookie, its name and attributes among them.
    private const int MaxSealed = 3_800;

    private readonly IDataProtector _seal = protection.CreateProtector("Forecasts.SignInCookie.v1");

    /// <summary>Signs a browser in; false where the token is too long for a cookie.</summary>
    public bool TrySet(HttpContext http, string token)
    {
        var value = _seal.Protect(token);
        if (value.Length > MaxSealed)
            return false;
        http.Response.Cookies.Append(Name, value, Options(http));
        return true;
    }

    /// <summary>Signs a browser out.</summary>
    public static void Clear(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http));

    /// <summary>The token in the request's cookie; null where there is none that this service has sealed.</summary>
    public string? Token(HttpRequest request)
    {
        if (request.Cookies[Name] is not { Length: > 0 and <= MaxSealed } value)
            return null;
        try
        {
            return _seal.Unprotect(value) is { Length: <= BearerTokens.MaxLength } token ? token : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    // Lax: a link in a letter opens the page signed in, and no other site's form or script carries it.
    private static CookieOptions Options(HttpContext http) =>
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            Path = "/",
            IsEssential = true,
        };
}

/// <summary>Takes the sign-in of browsers.</summary>
public static class SignInCookies
{
    /// <summary>Stands before authentication, which takes the token in the cookie as it takes one that is sent.</summary>
    public static IApplicationBuilder UseSignInCookie(this IApplicationBuilder app)
    {
        var cookie = app.ApplicationServices.GetRequiredService<SignInCookie>();
        return app.Use(
            (http, next) =>
            {
                var request = http.Request;
                if (
                    request.Headers.Cookie.Count > 0
                    && request.Headers.Authorization.Count == 0
                    && HttpMethods.IsGet(request.Method)
                    && cookie.Token(request) is { } token
                )
                    request.Headers.Authorization = $"Bearer {token}";
                return next(http);
            }
        );
    }
}
