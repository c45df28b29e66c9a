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

    /// <summary>A date or an instant in days since 1970-01-01 UTC, or null where the text is neither (see <see cref="Instants"/>).</summary>
    public static double? ParseDay(string text) => Instants.Parse(text) is { } instant ? Instants.ToDays(instant) : null;

    /// <summary>A day as text: the date where it is whole, else the instant.</summary>
    public static string FormatDay(double day) => Instants.FormatAsDate(Instants.FromDays(day));

    private static bool Within(Question question, double value) => question.Range is not { } range
        || ((range.OpenLower || value >= range.Min) && (range.OpenUpper || value <= range.Max));
}
