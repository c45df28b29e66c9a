using Domain.Forecasts.Timelines;
using Domain.People;
using Domain.Scoring.Points;
using Domain.Scoring.Rules;
using Domain.Scoring.Sweep;

namespace Domain.Scoring.Rows;

/// <summary>
/// Makes rows out of what forecasters' intervals add up to. The notes of rows whose scores are undefined, or clipped, alike are kept once: a question
/// may have a row for each of a hundred thousand forecasters.
/// </summary>
internal sealed class ScoreRowBuilder
{
    private readonly ApplicableRules _rules;
    private readonly ScoringWindow _window;
    private readonly ScoreRowKeys _keys;
    private readonly RulePlaces[] _reported;
    private readonly (int Baseline, int Peer, int SpotBaseline, int SpotPeer, int RelativeBrier) _places;
    private readonly Dictionary<Why, IReadOnlyDictionary<string, string>> _notes = [];

    /// <summary>A builder of the rows of one question.</summary>
    public ScoreRowBuilder(ApplicableRules rules, ScoringWindow window)
    {
        (_rules, _window, _keys) = (rules, window, rules.Layout.Keys);
        _reported = [.. rules.Reported.Select(r => new RulePlaces(r, PlaceOf(r.Rule.Final), PlaceOf(r.Rule.TimeAveraged), PlaceOf(r.Rule.DailyAveraged)))];
        _places = (
            PlaceOf(PointScores.Baseline),
            PlaceOf(PointScores.Peer),
            PlaceOf(PointScores.SpotBaseline),
            PlaceOf(PointScores.SpotPeer),
            PlaceOf(PointScores.RelativeBrier)
        );

        int PlaceOf(ScoreKey key) => _keys.PlaceOf(key.Name);
    }

    /// <summary>The row of one forecaster.</summary>
    /// <param name="forecaster">Whose row.</param>
    /// <param name="kind">What the forecaster is.</param>
    /// <param name="sums">What the forecaster's intervals add up to.</param>
    /// <param name="spotPeer">The peer score at the spot time; null where nothing stood then.</param>
    public ScoreRow Row(string forecaster, ForecasterKind kind, in ForecasterSums sums, double? spotPeer)
    {
        var scores = new RowScores(_keys);
        double stood = sums.Stood;
        int undefinedFinal = 0,
            undefinedAverage = 0,
            undefinedDaily = 0;
        if (sums.Final is { } final)
        {
            for (var rule = 0; rule < _reported.Length; rule++)
                Set(_reported[rule].Final, rule, final, ref undefinedFinal);
        }

        if (sums.Stood > 0)
        {
            var average = sums.Average(_rules.Columns);
            for (var rule = 0; rule < _reported.Length; rule++)
                Set(_reported[rule].TimeAveraged, rule, average, ref undefinedAverage);
            scores.Set(_places.Baseline, _rules.Baseline(average.LogP) * (stood / _window.Lifetime));
            scores.Set(_places.Peer, _rules.PeerUnit * sums.AgainstCrowd.Peer / _window.Lifetime);
            if (!_rules.IsDistribution && _window.Days > 0)
                scores.Set(_places.RelativeBrier, sums.AgainstCrowd.Relative / _window.Days);
        }

        if (sums.Days > 0)
        {
            var daily = sums.DailyAverage(_rules.Columns);
            for (var rule = 0; rule < _reported.Length; rule++)
                Set(_reported[rule].DailyAveraged, rule, daily, ref undefinedDaily);
        }

        if (sums.Spot is { } spot)
            scores.Set(_places.SpotBaseline, _rules.Baseline(spot.LogP));
        if (spotPeer is { } peer)
            scores.Set(_places.SpotPeer, peer);
        var why = new Why(
            sums.Stood > 0,
            sums.Days > 0,
            sums.Clipped,
            sums.Final is null,
            sums.Final is { Clipped: true },
            sums.Spot is null,
            sums.Spot is { Clipped: true },
            undefinedFinal,
            undefinedAverage,
            undefinedDaily,
            sums.Unrevealed,
            sums.FinalSeal == SealState.Unrevealed,
            sums.SpotSeal == SealState.Unrevealed
        );
        return new ScoreRow(forecaster, kind, stood / _window.Lifetime, sums.Revisions, scores, NotesOf(why));

        void Set(int place, int rule, in RuleValues values, ref int undefined)
        {
            var value = _reported[rule].Of.Reading(values);
            if (double.IsNaN(value))
                undefined |= 1 << rule;
            else
                scores.Set(place, value);
        }
    }

    private IReadOnlyDictionary<string, string> NotesOf(in Why why)
    {
        if (!_notes.TryGetValue(why, out var notes))
            _notes.Add(why, notes = MakeNotes(why));
        return notes;
    }

    private SortedDictionary<string, string> MakeNotes(Why why)
    {
        var notes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < _reported.Length; i++)
        {
            var (rule, readsLogP) = (_reported[i].Of.Rule, _reported[i].Of.ReadsLogP);
            Note(rule.Final, why.NoFinal ? ScoreNotes.NoFinal : Undefined(why.UndefinedFinal, i), readsLogP && why.FinalClipped, why.FinalUnrevealed);
            Note(rule.TimeAveraged, why.Stood ? Undefined(why.UndefinedAverage, i) : ScoreNotes.NeverStood, readsLogP && why.Clipped, why.Unrevealed);
            Note(rule.DailyAveraged, why.StoodOnDays ? Undefined(why.UndefinedDaily, i) : ScoreNotes.NoDay, readsLogP && why.Clipped, why.Unrevealed);
        }

        Note(PointScores.Baseline, why.Stood ? null : ScoreNotes.NeverStood, why.Clipped, why.Unrevealed);
        Note(PointScores.Peer, why.Stood ? null : ScoreNotes.NeverStood, why.Clipped, why.Unrevealed);
        Note(PointScores.SpotBaseline, why.NoSpot ? ScoreNotes.NoSpot : null, why.SpotClipped, why.SpotUnrevealed);
        Note(PointScores.SpotPeer, why.NoSpot ? ScoreNotes.NoSpot : null, why.SpotClipped, why.SpotUnrevealed);
        if (!_rules.IsDistribution)
        {
            Note(
                PointScores.RelativeBrier,
                !why.Stood ? ScoreNotes.NeverStood
                    : _window.Days == 0 ? ScoreNotes.NoWholeDay
                    : null,
                false,
                why.Unrevealed
            );
        }

        return notes;

        string? Undefined(int rules, int rule) => (rules & (1 << rule)) == 0 ? null : _reported[rule].Of.Rule.UndefinedNote;

        void Note(ScoreKey key, string? undefined, bool clipped, bool unrevealed)
        {
            if (undefined is not null)
                notes[key.Name] = undefined;
            else if (unrevealed)
                notes[key.Name] = ScoreNotes.Unrevealed;
            else if (clipped)
                notes[key.Name] = _rules.ClipNote;
        }
    }

    /// <summary>A rule with the places of its scores in a row.</summary>
    private readonly record struct RulePlaces(ReportedRule Of, int Final, int TimeAveraged, int DailyAveraged);

    /// <summary>Everything that a row's notes depend on; which rules are undefined as bits by their places among those reported.</summary>
    private readonly record struct Why(
        bool Stood,
        bool StoodOnDays,
        bool Clipped,
        bool NoFinal,
        bool FinalClipped,
        bool NoSpot,
        bool SpotClipped,
        int UndefinedFinal,
        int UndefinedAverage,
        int UndefinedDaily,
        bool Unrevealed,
        bool FinalUnrevealed,
        bool SpotUnrevealed
    );
}
