using System.Security.Cryptography;

namespace Api.Pages.Style;

/// <summary>The style sheet of pages, under a name that changes with it, so that browsers keep it for as long as it is the same.</summary>
internal static class PageStyle
{
    private static readonly byte[] Sheet = Read();

    /// <summary>Where it is.</summary>
    public static string Address { get; } = $"/style/pages.{Convert.ToHexStringLower(SHA256.HashData(Sheet).AsSpan(0, 6))}.css";

    /// <summary>How many bytes it has.</summary>
    public static int Length => Sheet.Length;

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                Address,
                (HttpResponse response) =>
                {
                    response.Headers.CacheControl = "public, max-age=31536000, immutable";
                    return Results.Bytes(Sheet, "text/css; charset=utf-8");
                }
            )
            .AllowAnonymous()
            .ExcludeFromDescription();

    private static byte[] Read()
    {
        using var resource = typeof(PageStyle).Assembly.GetManifestResourceStream("Api.Pages.Style.pages.css")!;
        using var sheet = new MemoryStream();
        resource.CopyTo(sheet);
        return sheet.ToArray();
    }
}
