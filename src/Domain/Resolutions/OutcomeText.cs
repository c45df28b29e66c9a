using System.Diagnostics;
using System.Globalization;

namespace Domain.Resolutions;

/// <summary>
/// Outcomes as people write them: an option's name, a number, a date (<c>2017-06-05</c>), options by degrees (<see cref="PartialOutcome"/>), or
/// <c>annulled</c>; <c>unresolved</c> takes one back. What is recorded is the one spelling of an outcome (<see cref="Format"/>), so that equal values
/// are equal texts.
/// </summary>
public static class OutcomeText
{
    /// <summary>The question is void.</summary>
    public const string Annulled = "annulled";

    /// <summary>No outcome, after there was one.</summary>
    public const string Unresolved = "unresolved";

    /// <summary>Whether the word says something about every question, so that no option can be called so.</summary>
    public static bool IsReserved(string text) => text is Annulled or Unresolved;

    /// <summary>The outcome that <paramref name="text"/> names on a question, or null where the question cannot come out so.</summary>
    public static OutcomeValue? Parse(IOutcomeSpace question, string? text)
    {
        if (text is null)
            return null;
        switch (question.Form)
        {
            case OutcomeForm.Number:
                return
                    double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    && double.IsFinite(number)
                    && question.Includes(number)
                    ? new OutcomeValue.Point(number == 0 ? 0 : number)
                    : null;
            case OutcomeForm.Date:
                return ParseDay(text) is { } day && question.Includes(day) ? new OutcomeValue.Point(day) : null;
            case OutcomeForm.Option:
                for (var i = 0; i < question.Options.Count; i++)
                {
                    if (string.Equals(question.Options[i], text, StringComparison.Ordinal))
                        return new OutcomeValue.Option(i);
                }

                return PartialOutcome.IsMeant(text) ? PartialOutcome.Parse(question, text, out _) : null;
            default:
                throw new UnreachableException($"No outcome of the form {question.Form} is written as text.");
        }
    }

    /// <summary>The outcome that a cell of a file names: as <see cref="Parse"/>, and on a binary question also a number from 0 to 1, the degree of
    /// yes.</summary>
    public static OutcomeValue? ParseCell(IOutcomeSpace question, string text) =>
        Parse(question, text) ?? (question.IsBinary ? PartialOutcome.OfNumber(text) : null);

    /// <summary>The one spelling of an outcome: <c>60</c> for 60.0 and 6e1, the date of a midnight, the options by degrees in the question's order.</summary>
    public static string Format(IOutcomeSpace question, OutcomeValue outcome) =>
        outcome switch
        {
            OutcomeValue.Option(var option) => question.Options[option],
            OutcomeValue.Point(var day) when question.Form == OutcomeForm.Date => FormatDay(day),
            OutcomeValue.Point(var number) => number.ToString("R", CultureInfo.InvariantCulture),
            OutcomeValue.Partial partial => PartialOutcome.Format(question, partial),
            _ => throw new InvalidOperationException($"{outcome.GetType().Name} has no spelling."),
        };

    /// <summary>The one spelling of what <paramref name="text"/> names, reserved words included; null where the question cannot come out so.</summary>
    public static string? Canonical(IOutcomeSpace question, string text) =>
        IsReserved(text) ? text
        : Parse(question, text) is { } outcome ? Format(question, outcome)
        : null;

    /// <summary>
    /// The one spelling of an outcome that is recorded already. Earlier versions recorded the text as it was written. Dates in forms that are no longer read
    /// keep the meaning that they had (see <see cref="EarlierDates"/>).
    /// </summary>
    /// <param name="question">The question that came out so.</param>
    /// <param name="recorded">The text in the event.</param>
    /// <param name="knownAt">From when the outcome was known.</param>
    public static string OfRecord(IOutcomeSpace question, string recorded, DateTimeOffset knownAt)
    {
        // Nearly all outcomes are options or reserved words, whose text is their spelling.
        if (question.Options.Count > 0 && !PartialOutcome.IsMeant(recorded))
            return recorded;
        if (Canonical(question, recorded) is { } canonical)
            return canonical;
        return question.Form == OutcomeForm.Date && EarlierDates.Read(recorded, knownAt) is { } instant ? Instants.FormatAsDate(instant) : recorded;
    }

    /// <summary>A date or an instant in days since 1970-01-01 UTC, or null where the text is neither (see <see cref="Instants"/>).</summary>
    public static double? ParseDay(string text) => Instants.Parse(text) is { } instant ? Instants.ToDays(instant) : null;

    /// <summary>A day as text: the date where it is whole, else the instant.</summary>
    public static string FormatDay(double day) => Instants.FormatAsDate(Instants.FromDays(day));
}
