using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Api.Http;

/// <summary>Entity tags: a version where there is one, else a digest of the answer.</summary>
public static class EntityTags
{
    public static string OfVersion(long version) => $"\"{version}\"";

    /// <summary>Answers one thing with its tag, or 304 where the caller has it already.</summary>
    public static IResult Tagged<T>(HttpContext context, T body, long? version = null)
    {
        var json = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, json);
        var tag = version is { } v ? OfVersion(v) : $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"";
        context.Response.Headers.ETag = tag;
        return context.Request.Headers.IfNoneMatch.Contains(tag)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(bytes, "application/json; charset=utf-8");
    }

    /// <summary>The versions that the caller's If-Match allows, 0 for what does not exist yet; null where any will do.</summary>
    public static IReadOnlyList<long>? Expected(HttpContext context)
    {
        var wanted = context.Request.Headers.IfMatch;
        if (wanted.Count == 0) return null;
        var versions = new List<long>();
        foreach (var tag in wanted.SelectMany(w => (w ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            if (tag == "*") return null;
            if (tag is ['"', .. var version, '"'] && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) versions.Add(number);
        }

        return versions;
    }

    /// <summary>A 412 where the caller's If-Match names another version than the one that stands; null where the write may go on.</summary>
    public static IResult? Stale(HttpContext context, long version)
    {
        var wanted = context.Request.Headers.IfMatch;
        return wanted.Count == 0 || wanted.Contains("*") || wanted.Contains(OfVersion(version)) ? null : Stale(version);
    }

    public static IResult Stale(long version) =>
        Problems.Of(412, "stale", "It has changed since you read it", $"The present version is {OfVersion(version)}; read it again and repeat the request.");
}
