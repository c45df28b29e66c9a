using Domain.Scoring.Points;
using Domain.Scoring.Rules;
using Domain.Statistics;

namespace Domain.Scoring.Sweep;

/// <summary>What one forecaster's stretches add up to.</summary>
internal struct ForecasterSums
{
    private CompensatedSum _loss;
    private CompensatedSum _other;
    private CompensatedSum _ordered;
    private CompensatedSum _logP;
    private CompensatedSum _dailyLoss;
    private CompensatedSum _dailyOther;
    private CompensatedSum _dailyOrdered;
    private CompensatedSum _dailyLogP;
    private long _stood;
    private int _days;
    private bool _clipped;

    /// <summary>How they compare with the crowd.</summary>
    public SumsAgainstCrowd AgainstCrowd;

    /// <summary>How often a standing forecast was replaced by another.</summary>
    public int Revisions { get; set; }

    /// <summary>What stood at the window's end.</summary>
    public RuleValues? Final { get; set; }

    /// <summary>What stood at the spot time.</summary>
    public RuleValues? Spot { get; set; }

    /// <summary>Adds a stretch of time.</summary>
    /// <param name="values">What the rules give the forecast that stood.</param>
    /// <param name="ticks">How long it stood.</param>
    /// <param name="days">How many whole days ended while it stood.</param>
    public void Add(in RuleValues values, long ticks, int days)
    {
        _stood += ticks;
        _loss.Add(ticks * values.Loss);
        _other.Add(ticks * values.Other);
        _ordered.Add(ticks * values.Ordered);
        _logP.Add(ticks * values.LogP);
        _clipped |= values.Clipped;
        if (days == 0)
            return;
        _days += days;
        _dailyLoss.Add(days * values.Loss);
        _dailyOther.Add(days * values.Other);
        _dailyOrdered.Add(days * values.Ordered);
        _dailyLogP.Add(days * values.LogP);
    }

    /// <summary>How long a forecast stood, in ticks.</summary>
    public readonly long Stood => _stood;

    /// <summary>How many whole days ended while one stood.</summary>
    public readonly int Days => _days;

    /// <summary>Whether anything that stood was clipped or floored.</summary>
    public readonly bool Clipped => _clipped;

    /// <summary>What the rules give on average over the time in which a forecast stood.</summary>
    public readonly RuleValues Average()
    {
        double stood = _stood;
        return new RuleValues(_loss.Value / stood, _other.Value / stood, _ordered.Value / stood, _logP.Value / stood, _clipped);
    }

    /// <summary>What the rules give on average over the days at whose ends one stood.</summary>
    public readonly RuleValues DailyAverage() =>
        new(_dailyLoss.Value / _days, _dailyOther.Value / _days, _dailyOrdered.Value / _days, _dailyLogP.Value / _days, _clipped);
}
