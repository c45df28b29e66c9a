using System.Security.Cryptography;

namespace Api.Pages.Scripts;

/// <summary>
/// The scripts of pages, under names that change with them. None is needed to read. Those of others are fetched from npm when the service is built; where
/// Node.js was missing then, they are not there, and neither is what they do.
/// </summary>
internal static class PageScripts
{
    private const string Folder = "Api.Pages.Scripts.";

    private static readonly Dictionary<string, byte[]> Files = typeof(PageScripts)
        .Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Folder, StringComparison.Ordinal))
        .ToDictionary(n => n[Folder.Length..], Read, StringComparer.Ordinal);

    /// <summary>Where all of them are.</summary>
    public static IEnumerable<string> All => Files.Keys.Select(n => Address(n)!);

    /// <summary>What every page loads, in the order in which it runs.</summary>
    public static IReadOnlyList<string> Addresses { get; } = [.. new[] { Address("htmx.js"), Address("reader.js") }.OfType<string>()];

    /// <summary>The script that draws a timeline which can be zoomed; null where it is not there. It is loaded when a reader asks for it.</summary>
    public static string? Chart { get; } = Address("uplot.js");

    /// <summary>The style sheet of that script.</summary>
    public static string? ChartStyle { get; } = Address("uplot.css");

    /// <summary>Maps all of them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (name, content) in Files)
        {
            var type = name.EndsWith(".css", StringComparison.Ordinal) ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
            routes
                .MapGet(
                    Address(name)!,
                    (HttpResponse response) =>
                    {
                        response.Headers.CacheControl = "public, max-age=31536000, immutable";
                        return Results.Bytes(content, type);
                    }
                )
                .AllowAnonymous()
                .ExcludeFromDescription();
        }
    }

    private static string? Address(string name) =>
        Files.TryGetValue(name, out var content)
            ? $"/scripts/{Path.GetFileNameWithoutExtension(name)}.{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6))}{Path.GetExtension(name)}"
            : null;

    private static byte[] Read(string resource)
    {
        using var stream = typeof(PageScripts).Assembly.GetManifestResourceStream(resource)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
