using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Statistics;

namespace Domain.Scoring;

/// <summary>A resolved question as the scoring engine sees it.</summary>
/// <param name="Slug">The question's name.</param>
/// <param name="Type">What kind of answer it has.</param>
/// <param name="OptionCount">The number of options; 2 for binary, 0 for numeric and date questions.</param>
/// <param name="Range">The range of a numeric or date question, else null.</param>
/// <param name="OpensAt">The start of the scheduled lifetime and of the scoring window.</param>
/// <param name="ClosesAt">The end of the scheduled lifetime ⟨OpensAt, ClosesAt).</param>
/// <param name="KnownAt">The instant from which the outcome was known; the window ends at the earlier of it and the close.</param>
/// <param name="SpotAt">The instant of the spot scores; null for the default.</param>
/// <param name="Outcome">What happened.</param>
/// <param name="StatusQuo">The outcome that comes out if nothing changes, where the question names one.</param>
public sealed record ScoredQuestion(
    string Slug,
    QuestionType Type,
    int OptionCount,
    QuestionRange? Range,
    DateTimeOffset OpensAt,
    DateTimeOffset ClosesAt,
    DateTimeOffset KnownAt,
    DateTimeOffset? SpotAt,
    OutcomeValue Outcome,
    OutcomeValue? StatusQuo
);

/// <summary>The outcome of an earlier question under the same tag: what the base rate counts.</summary>
/// <param name="KnownAt">The instant from which the outcome was known.</param>
/// <param name="Option">The index of the option that came true.</param>
/// <param name="OptionCount">How many options the question had; only questions with the scored question's count are counted.</param>
/// <param name="Count">How many questions came out so at that instant; those that count alike from the start may be put together.</param>
public readonly record struct EarlierOutcome(DateTimeOffset KnownAt, int Option, int OptionCount, int Count = 1);

/// <summary>How a forecaster did on earlier questions, on one or on several together: what the skill-weighted consensus weighs by.</summary>
/// <param name="Forecaster">Whose record it is.</param>
/// <param name="KnownAt">The instant from which the outcomes were known; those that count alike from the start may be put together.</param>
/// <param name="Peer">The peer scores earned, summed in the order of time, equal instants by rising score, then coverage.</param>
/// <param name="Coverage">The coverages reached, each in [0, 1], summed in the same order.</param>
public readonly record struct EarlierScore(string Forecaster, DateTimeOffset KnownAt, CompensatedSum Peer, CompensatedSum Coverage)
{
    /// <summary>How a forecaster did on one earlier question.</summary>
    public EarlierScore(string forecaster, DateTimeOffset knownAt, double peer, double coverage)
        : this(forecaster, knownAt, CompensatedSum.From(peer), CompensatedSum.From(coverage)) { }
}

/// <summary>Everything that scoring one question depends on; the same input gives the same bits, in whatever order its lists come.</summary>
public sealed record ScoringInput(
    ScoredQuestion Question,
    IReadOnlyList<ForecastTimeline> Forecasts,
    IReadOnlyList<EarlierOutcome> EarlierOutcomes,
    IReadOnlyList<EarlierScore> EarlierScores
);
