using System.Globalization;
using Domain.Questions;

namespace Domain.Resolutions;

/// <summary>
/// Outcomes as people write them: an option's name, a number, a date (<c>2017-06-05</c>), or <c>annulled</c>; <c>unresolved</c> takes one back.
/// </summary>
public static class OutcomeText
{
    public const string Annulled = "annulled";

    /// <summary>No outcome, after there was one.</summary>
    public const string Unresolved = "unresolved";

    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;

    /// <summary>Whether the word says something about every question, so that no option can be called so.</summary>
    public static bool IsReserved(string text) => text is Annulled or Unresolved;

    /// <summary>The outcome that <paramref name="text"/> names on a question, or null where the question cannot come out so.</summary>
    public static OutcomeValue? Parse(Question question, string? text)
    {
        if (text is null) return null;
        switch (question.Type)
        {
            case QuestionType.Numeric:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && Within(question, number)
                    ? new OutcomeValue.Point(number)
                    : null;
            case QuestionType.Date:
                return ParseDay(text) is { } day && Within(question, day) ? new OutcomeValue.Point(day) : null;
            default:
                for (var i = 0; i < question.Options.Count; i++)
                {
                    if (string.Equals(question.Options[i], text, StringComparison.Ordinal)) return new OutcomeValue.Option(i);
                }

                return null;
        }
    }

    /// <summary>A date or an instant in days since 1970-01-01 UTC, or null where the text is neither.</summary>
    public static double? ParseDay(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date.DayNumber - DateOnly.FromDateTime(Epoch.UtcDateTime).DayNumber;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? (instant - Epoch).TotalDays
            : null;
    }

    /// <summary>A day as text: the date where it is whole, else the instant.</summary>
    public static string FormatDay(double day)
    {
        var at = Epoch.AddDays(day);
        return at.TimeOfDay == TimeSpan.Zero
            ? at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
    }

    private static bool Within(Question question, double value) => question.Range is not { } range
        || ((range.OpenLower || value >= range.Min) && (range.OpenUpper || value <= range.Max));
}
