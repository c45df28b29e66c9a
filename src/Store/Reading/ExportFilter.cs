using Domain.People;
using Domain.Questions;

namespace Store.Reading;

/// <summary>Selects what is exported. A null value does not restrict the selection.</summary>
/// <param name="Question">Only this question, by its slug.</param>
/// <param name="Analyst">Only this forecaster: the forecaster's forecasts and scores, and the questions and outcomes that the forecaster has forecast.</param>
/// <param name="Tag">Only questions with this tag.</param>
/// <param name="From">At this instant or later: a question's opening, the making of a forecast, the instant from which an outcome was known.</param>
/// <param name="To">Before this instant, for the same instants as <paramref name="From"/>.</param>
/// <param name="KnownAt">Only what was recorded by this instant, included.</param>
public sealed record ExportFilter(
    QuestionSlug? Question,
    ForecasterName? Analyst,
    string? Tag,
    DateTimeOffset? From,
    DateTimeOffset? To,
    DateTimeOffset? KnownAt
)
{
    /// <summary>Whether the instant lies at <see cref="From"/> or later, and before <see cref="To"/>.</summary>
    public bool Covers(DateTimeOffset instant) => !(instant < From) && !(instant >= To);
}
