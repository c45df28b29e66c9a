using Api.Endpoints;
using Api.Questions;
using Api.Requests;
using Domain.Questions;
using Store.Views;

namespace Api.Scores;

/// <summary>Reads what a view of many questions is narrowed to.</summary>
public static class ScoreFilters
{
    /// <summary>From an instant on.</summary>
    public static readonly QueryParameter From = QueryParameter.Instant("from", "From this instant on.");

    /// <summary>Before an instant.</summary>
    public static readonly QueryParameter To = QueryParameter.Instant("to", "Before this instant.");

    /// <summary>By tag and type, and by when the outcome was known: <c>from</c> at the earliest, before <c>to</c>.</summary>
    public static ScoreFilter Of(HttpRequest request)
    {
        var (from, to) = Period(request);
        return new ScoreFilter(request.Text(QuestionFilters.Tag), request.Choice<QuestionType>(QuestionFilters.Type), from, to);
    }

    public static (DateTimeOffset? From, DateTimeOffset? To) Period(HttpRequest request)
    {
        var (from, to) = (request.Instant(From), request.Instant(To));
        return from >= to ? throw new ParameterException("to", "'to' has to lie after 'from', and does not; what is at 'to' itself is left out.") : (from, to);
    }
}
