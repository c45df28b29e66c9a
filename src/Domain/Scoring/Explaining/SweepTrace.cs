using Domain.Forecasts;
using Domain.Forecasts.Timelines;
using Domain.Scoring.Points;
using Domain.Scoring.Rules;

namespace Domain.Scoring.Explaining;

/// <summary>What explaining one forecaster's scores needs to know of a sweep.</summary>
internal sealed class SweepTrace(string forecaster)
{
    private readonly List<TracedInterval> _intervals = [];
    private readonly List<TracedCrowd> _crowds = [];

    /// <summary>Whose scores are explained.</summary>
    public string Forecaster { get; } = forecaster;

    /// <summary>What stood, in the order of time.</summary>
    public IReadOnlyList<TracedInterval> Intervals => _intervals;

    /// <summary>The crowd's states, each from its instant on.</summary>
    public IReadOnlyList<TracedCrowd> Crowds => _crowds;

    /// <summary>The crowd's median of the daily loss; empty until the sweep is finished.</summary>
    public DailyCrowd Daily { get; private set; } = new(0);

    /// <summary>The crowd at the spot time.</summary>
    public PeerScoreIntegral SpotCrowd { get; private set; }

    /// <summary>Notes that a forecast of the explained forecaster stood on ⟨from, to), in ticks.</summary>
    public void Stood(long from, long to, Prediction prediction, RuleValues values, bool isMember, SealState seal = SealState.Open) =>
        _intervals.Add(new TracedInterval(from, to, prediction, values, isMember, seal));

    /// <summary>Notes that the crowd is another from an instant on.</summary>
    public void CrowdBecomes(long instant, int count, double sum) => _crowds.Add(new TracedCrowd(instant, count, sum));

    /// <summary>Notes what is known at the end of the sweep.</summary>
    public void Finish(DailyCrowd daily, PeerScoreIntegral spotCrowd) => (Daily, SpotCrowd) = (daily, spotCrowd);
}

/// <summary>An interval ⟨From, To) in which a forecast of the explained forecaster stood.</summary>
/// <param name="From">Its start, in UTC ticks.</param>
/// <param name="To">Its end, in UTC ticks, which is not in it.</param>
/// <param name="Prediction">What stood.</param>
/// <param name="Values">What the rules give it.</param>
/// <param name="IsMember">Whether it was part of the crowd.</param>
/// <param name="Seal">Whether it stood as a seal.</param>
internal readonly record struct TracedInterval(long From, long To, Prediction Prediction, RuleValues Values, bool IsMember, SealState Seal);

/// <summary>The crowd from an instant on, until the next of its states.</summary>
/// <param name="From">The instant, in UTC ticks.</param>
/// <param name="Count">How many stand.</param>
/// <param name="Sum">The sum of their ln p.</param>
internal readonly record struct TracedCrowd(long From, int Count, double Sum);
