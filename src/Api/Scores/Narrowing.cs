using System.Globalization;
using Domain;
using Domain.Questions;
using Store.Views;

namespace Api.Scores;

/// <summary>What an answer was narrowed to, as the title of its picture says it.</summary>
public static class Narrowing
{
    /// <summary>A title, and in brackets everything that narrows what it is of.</summary>
    /// <param name="title">The title.</param>
    /// <param name="filter">Which questions.</param>
    /// <param name="at">As of which instant.</param>
    /// <param name="more">What else; null where it does not narrow.</param>
    public static string Narrowed(this string title, ScoreFilter filter, PointInTime? at, params string?[] more)
    {
        string?[] parts =
        [
            filter.Tag,
            filter.Type is { } type ? Spelling.Of(type) : null,
            Period("known", filter.From, filter.To),
            .. more,
            at?.AsOf is { } asOf ? $"as of {Instant(asOf)}" : null,
            at?.KnownAt is { } knownAt ? $"as recorded by {Instant(knownAt)}" : null,
        ];
        return parts.All(p => p is null) ? title : $"{title} ({string.Join(", ", parts.OfType<string>())})";
    }

    /// <summary>A period in words; null where there is none.</summary>
    public static string? Period(string what, DateTimeOffset? from, DateTimeOffset? to) =>
        (from, to) switch
        {
            (null, null) => null,
            ({ } start, null) => $"{what} from {Instant(start)}",
            (null, { } end) => $"{what} before {Instant(end)}",
            ({ } start, { } end) => $"{what} from {Instant(start)} to {Instant(end)}",
        };

    private static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString(at.UtcDateTime.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
