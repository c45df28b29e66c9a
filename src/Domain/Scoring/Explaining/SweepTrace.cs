using Domain.Forecasts;
using Domain.Scoring.Points;
using Domain.Scoring.Rules;

namespace Domain.Scoring.Explaining;

/// <summary>What explaining one forecaster's scores needs to know of a sweep.</summary>
internal sealed class SweepTrace(string forecaster)
{
    private readonly List<TracedStretch> _stretches = [];
    private readonly List<TracedCrowd> _crowds = [];

    public string Forecaster { get; } = forecaster;

    /// <summary>What stood, in the order of time.</summary>
    public IReadOnlyList<TracedStretch> Stretches => _stretches;

    /// <summary>The crowd's states, each from its instant on.</summary>
    public IReadOnlyList<TracedCrowd> Crowds => _crowds;

    public DailyCrowd Daily { get; private set; } = new(0);

    public PeerScoreIntegral SpotCrowd { get; private set; }

    public void Stood(long from, long to, Prediction prediction, RuleValues values) => _stretches.Add(new TracedStretch(from, to, prediction, values));

    public void CrowdBecomes(long instant, int count, double sum) => _crowds.Add(new TracedCrowd(instant, count, sum));

    public void Finish(DailyCrowd daily, PeerScoreIntegral spotCrowd) => (Daily, SpotCrowd) = (daily, spotCrowd);
}

/// <summary>A stretch ⟨From, To), in ticks, of the explained forecaster.</summary>
internal readonly record struct TracedStretch(long From, long To, Prediction Prediction, RuleValues Values);

/// <summary>The crowd from an instant on: how many stand, and the sum of their ln p.</summary>
internal readonly record struct TracedCrowd(long From, int Count, double Sum);
