using Api.Requests;
using Domain.Questions;
using Store.Views;

namespace Api.Scores;

/// <summary>Reads what a view of many questions is narrowed to.</summary>
public static class ScoreFilters
{
    /// <summary>By tag and type, and by when the outcome was known: <c>from</c> at the earliest, before <c>to</c>.</summary>
    public static ScoreFilter Of(HttpRequest request)
    {
        var (from, to) = Period(request);
        return new ScoreFilter(request.Text("tag"), request.Choice<QuestionType>("type"), from, to);
    }

    public static (DateTimeOffset? From, DateTimeOffset? To) Period(HttpRequest request)
    {
        var (from, to) = (request.Instant("from"), request.Instant("to"));
        return from >= to ? throw new ParameterException("to", "'to' has to lie after 'from', and does not; what is at 'to' itself is left out.") : (from, to);
    }
}
