using Domain.Forecasts.Timelines;
using Domain.ReferenceForecasters;
using Domain.Scoring.Explaining;
using Domain.Scoring.Rules;
using Domain.Scoring.Sweep;
using References = Domain.ReferenceForecasters.ReferenceForecasters;

namespace Domain.Scoring;

/// <summary>
/// Scores every forecaster, consensus and reference on one resolved question. The window is ⟨opensAt, min(closesAt, knownAt)); coverage,
/// <c>baseline</c> and <c>peer</c> divide by the whole scheduled lifetime ⟨opensAt, closesAt), in which time without a forecast counts 0.
/// </summary>
/// <remarks>
/// Dividing by the scheduled lifetime is what makes early resolution unexploitable. Say a question can only end early by coming out yes, and
/// truly has 20 % to do so. Who states 80 % at first and drops to the honest number later gains on the early yes, were the average taken over
/// the time until then; over the scheduled lifetime the inflated interval costs in every other case exactly what a proper rule makes it cost.
/// </remarks>
public static class QuestionScoring
{
    /// <summary>The rows of one generation, ordered by forecaster (ordinal).</summary>
    /// <param name="rules">By which version of the rules.</param>
    /// <param name="input">The question and everything that its scores depend on.</param>
    /// <exception cref="ArgumentException">The question was annulled, or a forecaster has two timelines.</exception>
    public static IReadOnlyList<ScoreRow> Score(RuleSet rules, ScoringInput input) => Sweep(rules, input, null, out _, out _).Rows();

    /// <summary>
    /// Takes one forecaster's scores apart: for each defined score its intervals, which sum to it. Null where the forecaster has no row.
    /// </summary>
    /// <param name="rules">By which version of the rules.</param>
    /// <param name="input">The question and everything that its scores depend on.</param>
    /// <param name="forecaster">Whose scores.</param>
    /// <exception cref="ArgumentException">The question was annulled, or a forecaster has two timelines.</exception>
    public static IReadOnlyDictionary<string, ScoreExplanation>? Explain(RuleSet rules, ScoringInput input, string forecaster)
    {
        var trace = new SweepTrace(forecaster);
        var row = Sweep(rules, input, trace, out var applicable, out var window).Rows().FirstOrDefault(r => r.Forecaster == forecaster);
        return row is null ? null : new Explanations(trace, applicable, window).Of(row);
    }

    private static ScoringSweep Sweep(RuleSet rules, ScoringInput input, SweepTrace? trace, out ApplicableRules applicable, out ScoringWindow window)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(input);
        applicable = new ApplicableRules(rules, input.Question);
        window = new ScoringWindow(input.Question);
        // What is recorded under a reference's or a consensus' name is scored as it was stated then.
        var references = References
            .On(input.Question, input.EarlierOutcomes, new DateTimeOffset(window.End, TimeSpan.Zero))
            .Where(r => !input.Forecasts.Any(f => f.Forecaster == r.Forecaster));
        var unrevealed = Uniform.On(input.Question.OptionCount, input.Question.Range);
        var intervals = StandingIntervals.Within(input.Forecasts.Concat(references), window.Start, window.End, unrevealed);
        return new ScoringSweep(input, intervals, applicable, window, trace);
    }
}
