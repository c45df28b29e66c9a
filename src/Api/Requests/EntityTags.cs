using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Api.Problems;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Api.Requests;

/// <summary>The caller wants to change a version that does not stand.</summary>
public sealed class PreconditionException(string detail) : Exception(detail);

/// <summary>Entity tags: a version where there is one, else a digest of the answer.</summary>
public static class EntityTags
{
    private static readonly object Looked = new();

    public static string OfVersion(long version) => $"\"{version}\"";

    /// <summary>Answers one thing with its tag, or 304 where the caller has it already.</summary>
    public static IResult Tagged<T>(HttpContext context, T body, long? version = null)
    {
        var json = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        return Tagged(context, JsonSerializer.SerializeToUtf8Bytes(body, json), "application/json; charset=utf-8", version);
    }

    /// <summary>
    /// Which versions the caller's If-Match and If-None-Match allow, 0 standing for what does not exist yet; null where any will do. For writes
    /// that look at the version only at their commit.
    /// </summary>
    public static Func<long, bool>? Expected(HttpContext context)
    {
        context.Items[Looked] = true;
        var (match, none) = (context.Request.Headers.IfMatch, context.Request.Headers.IfNoneMatch);
        return match.Count == 0 && none.Count == 0 ? null : version => Stale(match, none, version) is null;
    }

    /// <summary>Answers one thing in a form of its own (a picture, say) with its tag, or 304 where the caller has it already.</summary>
    public static IResult Tagged(HttpContext context, byte[] body, string contentType, long? version = null)
    {
        var tag = version is { } v ? OfVersion(v) : $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12))}\"";
        context.Response.Headers.ETag = tag;
        return IsKnown(context, tag) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Bytes(body, contentType);
    }

    /// <summary>Whether the caller reads, and has what this tag stands for already.</summary>
    public static bool IsKnown(HttpContext context, string tag) =>
        HttpMethods.IsGet(context.Request.Method) && Names(context.Request.Headers.IfNoneMatch, tag, strongly: false);

    /// <summary>
    /// A 412 where the caller's If-Match names another version than the one that stands, or If-None-Match: * meets one; null where the write
    /// may go on.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="version">The version that stands; 0 where there is nothing yet.</param>
    public static IResult? Stale(HttpContext context, long version)
    {
        context.Items[Looked] = true;
        var wanted = context.Request.Headers.IfMatch;
        return Stale(wanted, context.Request.Headers.IfNoneMatch, version);
    }

    private static IResult? Stale(Microsoft.Extensions.Primitives.StringValues match, Microsoft.Extensions.Primitives.StringValues none, long version)
    {
        if (match.Count > 0 && (version == 0 || !Names(match, OfVersion(version), strongly: true)))
            return Refusal(Detail(version));
        return none.Contains("*") && version > 0 ? Refusal("It exists already; leave If-None-Match out to change it.") : null;
    }

    internal static IResult Refusal(string detail) => Problem.Of(412, "stale", "Precondition failed", detail);

    internal static void RefuseUnlooked(HttpContext context)
    {
        if (context.Request.Headers.IfMatch.Count > 0 && !context.Items.ContainsKey(Looked))
            throw new PreconditionException(Detail(0));
    }

    private static string Detail(long version) =>
        version == 0
            ? "There is nothing yet that If-Match could name; leave it out to make it."
            : $"It has changed since you read it: the present version is {OfVersion(version)}. Read it again and repeat the request.";

    private static bool Names(Microsoft.Extensions.Primitives.StringValues tags, string tag, bool strongly)
    {
        if (tags.Count == 0)
            return false;
        var present = new EntityTagHeaderValue(tag);
        return EntityTagHeaderValue.TryParseList(tags, out var named) && named.Any(n => n.Equals(EntityTagHeaderValue.Any) || n.Compare(present, strongly));
    }
}
