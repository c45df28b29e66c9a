using Domain.People;
using Domain.Questions;

namespace Store.Reading;

/// <summary>What of what is kept is taken out; what is null is not asked about.</summary>
/// <param name="Question">Only this question, by its slug.</param>
/// <param name="Analyst">Only this forecaster: their forecasts and scores; of questions and outcomes those of the questions that they have forecast.</param>
/// <param name="Tag">Only questions with this tag.</param>
/// <param name="From">At this instant or later: a question's opening, the making of a forecast, the instant from which an outcome was known.</param>
/// <param name="To">Before this instant, of the same.</param>
/// <param name="KnownAt">Only what was recorded by this instant, itself included.</param>
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
