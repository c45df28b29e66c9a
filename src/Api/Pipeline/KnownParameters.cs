using Api.Authorization;
using Api.Endpoints;
using Api.Problems;
using Api.Serialization;

namespace Api.Pipeline;

/// <summary>Refuses query parameters that an endpoint does not know: a filter that is silently ignored answers another question.</summary>
public static class KnownParameters
{
    private static readonly KnownQuery None = new([]);

    /// <summary>The query parameters that an endpoint takes; null where it is none of the contract's and takes what it likes.</summary>
    public static KnownQuery? Of(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<KnownQuery>() ?? (endpoint?.NamesPolicy() == true ? None : null);

    public static IApplicationBuilder UseKnownParameters(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                if (Refusal(http) is { } refusal)
                    await refusal.ExecuteAsync(http);
                else
                    await next(http);
            }
        );

    private static IResult? Refusal(HttpContext http)
    {
        if (!StorableText.IsStorable(http.Request.Path.Value))
            return Problem.Invalid("path", "The path holds a character that no text has (NUL or half of a surrogate pair).");
        if (!http.Request.QueryString.HasValue)
            return null;
        var query = http.Request.Query;
        if (query.FirstOrDefault(q => !StorableText.IsStorable(q.Key) || q.Value.Any(v => !StorableText.IsStorable(v))).Key is { } unclean)
        {
            return Problem.Invalid(
                StorableText.IsStorable(unclean) ? unclean : "query",
                "The parameter holds a character that no text has (NUL or half of a surrogate pair)."
            );
        }

        if (Of(http.GetEndpoint()) is not { Names: var known })
            return null;
        if (query.ContainsKey(""))
            return Problem.Invalid("query", "The query holds a value without a name before '='; give the parameter's name, or leave the value out.");
        var unknown = query.Keys.Where(k => !known.Contains(k, StringComparer.Ordinal)).ToList();
        if (unknown.Count > 0)
        {
            return Problem.Invalid(
                unknown.Select(k =>
                    (
                        k,
                        known.Count == 0
                            ? $"'{k}' is no parameter of this request; it takes none."
                            : $"'{k}' is no parameter of this request; it takes {string.Join(", ", known)}."
                    )
                )
            );
        }

        var repeated = http.GetEndpoint()!.Metadata.GetMetadata<RepeatedQuery>()?.Names ?? [];
        var twice = query
            .Where(q => q.Value.Count > 1 && !repeated.Contains(q.Key))
            .Select(q => (q.Key, $"'{q.Key}' is given {q.Value.Count} times; give it once."))
            .ToList();
        return twice.Count > 0 ? Problem.Invalid(twice) : null;
    }
}
