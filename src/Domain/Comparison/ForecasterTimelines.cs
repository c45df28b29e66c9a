using Domain.Consensus;
using Domain.Forecasts;
using Domain.People;
using Domain.Scoring;
using References = Domain.ReferenceForecasters.ReferenceForecasters;

namespace Domain.Comparison;

/// <summary>The forecast of anybody on a question: an analyst's own, or one that follows from the others', a consensus or a reference.</summary>
public static class ForecasterTimelines
{
    /// <summary>Whether this is the name of a forecaster that is computed: one of the consensus methods or of the references.</summary>
    public static bool IsComputed(string forecaster) => IsReference(forecaster) || IsConsensus(forecaster);

    /// <summary>Whether this is the name of a consensus.</summary>
    public static bool IsConsensus(string forecaster) => ConsensusMethods.OfForecaster(forecaster) is not null;

    /// <summary>Whether this is the name of a reference.</summary>
    public static bool IsReference(string forecaster) => References.OfForecaster(forecaster) is not null;

    /// <summary>The forecaster's timeline on a question up to an instant, or null where there is none.</summary>
    /// <param name="forecaster">Any forecaster's name.</param>
    /// <param name="input">The question, everybody's forecasts on it and, for what is computed from them, the earlier outcomes and scores.</param>
    /// <param name="end">The end of the scoring window; what is computed never looks beyond it.</param>
    public static ForecastTimeline? Of(string forecaster, ScoringInput input, DateTimeOffset end)
    {
        ArgumentNullException.ThrowIfNull(forecaster);
        ArgumentNullException.ThrowIfNull(input);
        if (input.Forecasts.FirstOrDefault(f => f.Forecaster == forecaster) is { } own)
            return own;
        if (References.OfForecaster(forecaster) is { } reference)
            return reference.Timeline(input.Question, input.EarlierOutcomes, end);
        if (ConsensusMethods.OfForecaster(forecaster) is not { } method)
            return null;
        var steps = ConsensusTimelines.Of(
            method,
            input.Question.OpensAt,
            input.Question.ClosesAt,
            input.Forecasts,
            input.EarlierScores,
            end,
            input.Question.Range
        );
        return steps.Count == 0 ? null : new ForecastTimeline(forecaster, ForecasterKind.Consensus, steps);
    }
}
