using Domain.Forecasts;
using Domain.Forecasts.Timelines;
using Domain.People;
using Domain.Questions;
using Domain.ReferenceForecasters;
using Domain.Scoring;

namespace Domain.Comparison;

/// <summary>
/// Scores of two forecasters on one question over the time in which both had a forecast standing: a forecaster who came late is not
/// compared with what the other said before.
/// </summary>
public static class CommonTime
{
    /// <summary>Both scores by one key, or null where there is no common time, or the score is undefined on it.</summary>
    /// <param name="rules">By which version of the rules.</param>
    /// <param name="question">The resolved question.</param>
    /// <param name="end">The end of its scoring window.</param>
    /// <param name="a">One forecaster.</param>
    /// <param name="b">The other.</param>
    /// <param name="key">A score over the time in which a forecast stood, such as <c>brier.timeAveraged</c>.</param>
    public static (double A, double B)? Scores(
        RuleSet rules,
        ResolvedQuestion question,
        DateTimeOffset end,
        ForecastTimeline a,
        ForecastTimeline b,
        ScoreKey key
    )
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var unrevealed = Uniform.On(question.OptionCount, question.Range);
        var (left, right) = Shared(
            StandingIntervals.OfForecaster(a.Steps, question.OpensAt, end, unrevealed),
            StandingIntervals.OfForecaster(b.Steps, question.OpensAt, end, unrevealed)
        );
        if (left.Count == 0)
            return null;

        // As documents they make up no crowd, so that no consensus is computed, which nobody needs here.
        var rows = QuestionScoring.Score(
            rules,
            new ScoringInput(
                question,
                [new ForecastTimeline("a", ForecasterKind.Document, left), new ForecastTimeline("b", ForecasterKind.Document, right)],
                [],
                []
            )
        );
        return Of("a") is { } first && Of("b") is { } second ? (first, second) : null;

        double? Of(string forecaster) => rows.First(r => r.Forecaster == forecaster).Scores.GetValueOrDefault(key.Name);
    }

    private static (List<ForecastStep> A, List<ForecastStep> B) Shared(IReadOnlyList<StandingInterval> a, IReadOnlyList<StandingInterval> b)
    {
        List<ForecastStep> left = [],
            right = [];
        int i = 0,
            j = 0;
        while (i < a.Count && j < b.Count)
        {
            var (from, to) = (Math.Max(a[i].From, b[j].From), Math.Min(a[i].To, b[j].To));
            if (from < to)
            {
                left.Add(Step(from, to, left.Count, a[i].Prediction));
                right.Add(Step(from, to, right.Count, b[j].Prediction));
            }

            if (a[i].To <= b[j].To)
                i++;
            else
                j++;
        }

        return (left, right);
    }

    private static ForecastStep Step(long from, long to, int sequence, Prediction prediction) =>
        new(new DateTimeOffset(from, TimeSpan.Zero), sequence, prediction, new DateTimeOffset(to, TimeSpan.Zero));
}
