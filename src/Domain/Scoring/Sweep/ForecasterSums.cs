using System.Runtime.CompilerServices;
using Domain.Forecasts.Timelines;
using Domain.Scoring.Points;
using Domain.Scoring.Rules;
using Domain.Statistics;

namespace Domain.Scoring.Sweep;

/// <summary>What the intervals of one forecaster add up to.</summary>
internal struct ForecasterSums
{
    private SumArray _sums;
    private SumArray _dailySums;

    /// <summary>How they compare with the crowd.</summary>
    public SumsAgainstCrowd AgainstCrowd;

    /// <summary>How long a forecast stood, in ticks.</summary>
    public long Stood { readonly get; private set; }

    /// <summary>How many whole days ended while one stood.</summary>
    public int Days { readonly get; private set; }

    /// <summary>Whether anything that stood was clipped or floored.</summary>
    public bool Clipped { readonly get; private set; }

    /// <summary>How often a standing forecast was replaced by another.</summary>
    public int Revisions { get; set; }

    /// <summary>What stood at the window's end.</summary>
    public RuleValues? Final { get; set; }

    /// <summary>Whether that stood as a seal.</summary>
    public SealState FinalSeal { get; set; }

    /// <summary>What stood at the spot time.</summary>
    public RuleValues? Spot { get; set; }

    /// <summary>Whether that stood as a seal.</summary>
    public SealState SpotSeal { get; set; }

    /// <summary>Whether any of it was sealed and never revealed.</summary>
    public bool Unrevealed { get; set; }

    /// <summary>Adds an interval of time.</summary>
    /// <param name="values">What the rules give the forecast that stood.</param>
    /// <param name="columns">How many of the numbers are used.</param>
    /// <param name="ticks">How long it stood.</param>
    /// <param name="days">How many whole days ended while it stood.</param>
    public void Add(in RuleValues values, int columns, long ticks, int days)
    {
        Stood += ticks;
        Clipped |= values.Clipped;
        var numbers = values.Used(columns);
        Span<CompensatedSum> sums = _sums;
        for (var place = 0; place < numbers.Length && place < sums.Length; place++)
            sums[place].Add(ticks * numbers[place]);
        if (days == 0)
            return;
        Days += days;
        Span<CompensatedSum> dailySums = _dailySums;
        for (var place = 0; place < numbers.Length && place < dailySums.Length; place++)
            dailySums[place].Add(days * numbers[place]);
    }

    /// <summary>What the rules give on average over the time in which a forecast stood.</summary>
    public readonly RuleValues Average(int columns)
    {
        var average = new RuleValues { Clipped = Clipped };
        double stood = Stood;
        var numbers = average.Numbers;
        for (var place = 0; place < columns; place++)
            numbers[place] = _sums[place].Value / stood;
        return average;
    }

    /// <summary>What the rules give on average over the days at whose ends one stood.</summary>
    public readonly RuleValues DailyAverage(int columns)
    {
        var average = new RuleValues { Clipped = Clipped };
        var numbers = average.Numbers;
        for (var place = 0; place < columns; place++)
            numbers[place] = _dailySums[place].Value / Days;
        return average;
    }

    [InlineArray(RuleValues.Most)]
    private struct SumArray
    {
        private CompensatedSum _first;
    }
}
