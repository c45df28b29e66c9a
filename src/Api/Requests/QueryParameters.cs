using System.Globalization;
using Api.Endpoints;
using Api.Serialization;
using Domain;
using Domain.Questions;
using Microsoft.Extensions.Primitives;

namespace Api.Requests;

/// <summary>A query parameter that cannot be read.</summary>
public sealed class ParameterException(string parameter, string detail) : Exception(detail)
{
    public string Parameter { get; } = parameter;
}

/// <summary>Reads query parameters strictly: what is given must be understood.</summary>
public static class QueryParameters
{
    /// <summary>A date (its midnight, UTC) or an RFC 3339 instant with an offset, as UTC; null where the parameter is absent.</summary>
    public static DateTimeOffset? Instant(this HttpRequest request, QueryParameter parameter)
    {
        var name = parameter.Name;
        if (!request.Query.TryGetValue(name, out var values))
            return null;
        var text = values.ToString();
        if (Instants.Parse(text) is { } instant)
            return Instants.Clamp(instant);
        throw new ParameterException(
            name,
            text.Contains(' ') && Instants.Parse(text.Replace(' ', '+')) is not null
                ? $"'{name}' takes {ExpectedForms.Instant}; '{text}' has a space where an offset begins: a + in an address stands for a space, so "
                    + "write it as %2B."
                : $"'{name}' takes {ExpectedForms.Instant}, not {Given(values)}."
        );
    }

    /// <summary>As the world stood at an instant.</summary>
    public static readonly QueryParameter AsOf = QueryParameter.Instant(
        "asOf",
        "As it stood at this instant of the world's time, which is included: an outcome counts from when it was known, "
            + "and of those the one that was logged last."
    );

    /// <summary>As it was recorded by an instant.</summary>
    public static readonly QueryParameter KnownAt = QueryParameter.Instant("knownAt", "As it was recorded here by this instant, which is included.");

    /// <summary>Both parameters of a <see cref="Domain.Questions.PointInTime"/>.</summary>
    public static readonly IReadOnlyList<QueryParameter> AsOfAndKnownAt = [AsOf, KnownAt];

    /// <summary>The point in time that a reading looks back from: <c>asOf</c>, <c>knownAt</c>, both or neither.</summary>
    public static PointInTime PointInTime(this HttpRequest request) => new(request.Instant(AsOf), request.Instant(KnownAt));

    /// <summary>A whole number within the parameter's limits; null where it is absent.</summary>
    /// <exception cref="ParameterException">It is no such number.</exception>
    public static int? WholeNumber(this HttpRequest request, QueryParameter parameter)
    {
        var (name, min, max) = (parameter.Name, parameter.Min, parameter.Max);
        if (!request.Query.TryGetValue(name, out var values))
            return null;
        return int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= min && n <= max
            ? n
            : throw new ParameterException(name, $"'{name}' takes a whole number from {min} to {max}, not {Given(values)}.");
    }

    /// <summary>
    /// A length of time in minutes, hours, days or weeks (<c>90m</c>, <c>36h</c>, <c>7d</c>, <c>4w</c>), up to ten years; null where the parameter is
    /// absent.
    /// </summary>
    public static TimeSpan? Duration(this HttpRequest request, QueryParameter parameter)
    {
        var name = parameter.Name;
        if (request.Text(parameter) is not { } text)
            return null;
        var minutes =
            text.Length == 0
                ? 0
                : text[^1] switch
                {
                    'm' => 1,
                    'h' => 60,
                    'd' => 1_440,
                    'w' => 10_080,
                    _ => 0,
                };
        return
            minutes > 0
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0
            && count <= 5_256_000 / minutes
            ? TimeSpan.FromMinutes((long)count * minutes)
            : throw new ParameterException(
                name,
                $"'{name}' takes a length of time in minutes, hours, days or weeks, such as 90m, 36h, 7d or 4w, ten years at most; not {Given(text)}."
            );
    }

    /// <summary>A value of an enumeration in the API's spelling; null where the parameter is absent.</summary>
    public static T? Choice<T>(this HttpRequest request, QueryParameter parameter)
        where T : struct, Enum
    {
        var name = parameter.Name;
        if (!request.Query.TryGetValue(name, out var values))
            return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (Spelling.Of(value) == values.ToString())
                return value;
        }

        throw new ParameterException(name, $"'{name}' takes one of {string.Join(", ", Enum.GetValues<T>().Select(Spelling.Of))}, not {Given(values)}.");
    }

    /// <summary>A text that is no longer than the parameter's limit; null where it is absent.</summary>
    /// <exception cref="ParameterException">It is longer.</exception>
    public static string? Text(this HttpRequest request, QueryParameter parameter)
    {
        var (name, maxLength) = (parameter.Name, parameter.MaxLength);
        if (!request.Query.TryGetValue(name, out var values))
            return null;
        var text = values.ToString();
        return text.Length <= maxLength ? text : throw new ParameterException(name, $"'{name}' takes at most {maxLength} characters; it has {text.Length}.");
    }

    private static string Given(StringValues values) => values.ToString() is { Length: > 0 } text ? $"'{MisreadException.Cut(text)}'" : "nothing";
}
