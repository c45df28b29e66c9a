using Domain.People;
using Domain.Statistics;

namespace Domain.Scoring;

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
    private CompensatedSum _peer;
    private CompensatedSum _relative;
    private long _stood;
    private int _days;
    private bool _clipped;

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
    /// <param name="peer">The integral of the momentary peer score.</param>
    /// <param name="relative">The distance from the crowd's daily median, summed over the days.</param>
    public void Add(in RuleValues values, long ticks, int days, double peer, double relative)
    {
        _stood += ticks;
        _loss.Add(ticks * values.Loss);
        _other.Add(ticks * values.Other);
        _ordered.Add(ticks * values.Ordered);
        _logP.Add(ticks * values.LogP);
        _peer.Add(peer);
        _clipped |= values.Clipped;
        if (days == 0) return;
        _days += days;
        _dailyLoss.Add(days * values.Loss);
        _dailyOther.Add(days * values.Other);
        _dailyOrdered.Add(days * values.Ordered);
        _dailyLogP.Add(days * values.LogP);
        _relative.Add(relative);
    }

    public readonly ScoreRow ToRow(string forecaster, ForecasterKind kind, RuleSheet rules, ScoringWindow window, double? spotPeer)
    {
        var scores = new SortedDictionary<string, double?>(StringComparer.Ordinal);
        var notes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        double stood = _stood;
        var average = new RuleValues(_loss.Value / stood, _other.Value / stood, _ordered.Value / stood, _logP.Value / stood, _clipped);
        var daily = new RuleValues(_dailyLoss.Value / _days, _dailyOther.Value / _days, _dailyOrdered.Value / _days, _dailyLogP.Value / _days, _clipped);
        var clip = _clipped ? rules.ClipNote : null;
        foreach (var (name, of) in rules.Reported)
        {
            var clipOfRule = name == "log" ? clip : null;
            Set($"{name}.final", Final is { } final ? of(final) : null, Final is { } f && name == "log" ? f.Clipped ? rules.ClipNote : null : null, ScoreNotes.NoFinal);
            Set($"{name}.timeAveraged", _stood > 0 ? of(average) : null, clipOfRule, ScoreNotes.NeverStood);
            Set($"{name}.dailyAveraged", _days > 0 ? of(daily) : null, clipOfRule, ScoreNotes.NoDay);
        }

        var lifetime = window.Lifetime;
        Set("baseline", _stood > 0 ? rules.Baseline(_logP.Value / stood) * (stood / lifetime) : null, clip, ScoreNotes.NeverStood);
        Set("peer", _stood > 0 ? rules.PeerUnit * _peer.Value / lifetime : null, clip, ScoreNotes.NeverStood);
        var spotClip = Spot is { Clipped: true } ? rules.ClipNote : null;
        Set("spotBaseline", Spot is { } spot ? rules.Baseline(spot.LogP) : null, spotClip, ScoreNotes.NoSpot);
        Set("spotPeer", spotPeer, spotClip, ScoreNotes.NoSpot);
        if (!rules.IsDistribution)
        {
            Set(
                "relativeBrier",
                _stood > 0 && window.Days > 0 ? _relative.Value / window.Days : null,
                null,
                _stood > 0 ? ScoreNotes.NoWholeDay : ScoreNotes.NeverStood);
        }

        return new ScoreRow(forecaster, kind, stood / lifetime, Revisions, scores, notes);

        void Set(string key, double? value, string? note, string undefined)
        {
            scores[key] = value;
            if (value is null) notes[key] = undefined;
            else if (note is not null) notes[key] = note;
        }
    }
}
