using Api.Problems;
using Microsoft.Net.Http.Headers;

namespace Api.ContentNegotiation;

/// <summary>Chooses what an answer is sent as, by the caller's <c>Accept</c> and its q-values (RFC 9110, 12.5.1).</summary>
public static class MediaTypes
{
    public const string Json = "application/json";
    public const string Svg = "image/svg+xml";
    public const string Png = "image/png";

    /// <summary>
    /// The offer that the caller likes best; of those liked equally the first. A range that names a type exactly outweighs one with a wildcard. Null where
    /// none is acceptable; the first offer where the caller does not say.
    /// </summary>
    public static string? Choose(HttpRequest request, params ReadOnlySpan<string> offers)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList([.. accept.OfType<string>()], out var ranges) || ranges.Count == 0)
            return offers[0];
        string? chosen = null;
        double best = 0;
        foreach (var offer in offers)
        {
            var liking = Liking(ranges, offer);
            if (liking <= best)
                continue;
            (chosen, best) = (offer, liking);
        }

        return chosen;
    }

    /// <summary>A 406 that says what there is.</summary>
    public static IResult NotAcceptable(params string[] offers) =>
        Problem.Of(406, "not-acceptable", "Not acceptable", $"'Accept' allows none of what there is: {string.Join(", ", offers)}.");

    private static double Liking(IList<MediaTypeHeaderValue> ranges, string offer)
    {
        var offered = new MediaTypeHeaderValue(offer);
        double liking = 0;
        var closest = -1;
        foreach (var range in ranges)
        {
            var closeness =
                range.MatchesAllTypes ? 0
                : range.MatchesAllSubTypes ? 1
                : 2;
            if (closeness <= closest || !offered.IsSubsetOf(new MediaTypeHeaderValue(range.MediaType)))
                continue;
            (liking, closest) = (range.Quality ?? 1, closeness);
        }

        return liking;
    }
}
