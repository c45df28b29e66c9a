namespace Api.Pages.Choosing;

/// <summary>Keeps what a reader chose, in the reader's browser.</summary>
internal static class KeptChoice
{
    /// <summary>Keeps a choice for a year.</summary>
    public static void Keep(HttpContext http, string cookie, string choice) =>
        http.Response.Cookies.Append(
            cookie,
            choice,
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = http.Request.IsHttps,
                Path = "/",
                MaxAge = TimeSpan.FromDays(365),
                IsEssential = true,
            }
        );
}
