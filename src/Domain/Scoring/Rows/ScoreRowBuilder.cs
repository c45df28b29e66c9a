using Domain.People;
using Domain.Scoring.Rules;
using Domain.Scoring.Sweep;

namespace Domain.Scoring.Rows;

/// <summary>
/// Makes rows out of what forecasters' stretches add up to. The names of a question's scores are kept once for all its rows, and so are the notes
/// of rows whose scores are undefined, or clipped, alike: a question may have a row for each of a hundred thousand forecasters.
/// </summary>
internal sealed class ScoreRowBuilder
{
    private readonly ApplicableRules _rules;
    private readonly ScoringWindow _window;
    private readonly ScoreRowKeys _keys;
    private readonly (int Final, int TimeAveraged, int DailyAveraged)[] _reported;
    private readonly (int Baseline, int Peer, int SpotBaseline, int SpotPeer, int RelativeBrier) _places;
    private readonly Dictionary<Why, IReadOnlyDictionary<string, string>> _notes = [];

    public ScoreRowBuilder(ApplicableRules rules, ScoringWindow window)
    {
        (_rules, _window) = (rules, window);
        _keys = new ScoreRowKeys([
            .. rules.Reported.SelectMany(name => new[] { $"{name}.final", $"{name}.timeAveraged", $"{name}.dailyAveraged" }),
            "baseline",
            "peer",
            "spotBaseline",
            "spotPeer",
            .. rules.IsDistribution ? Array.Empty<string>() : ["relativeBrier"],
        ]);
        _reported =
        [
            .. rules.Reported.Select(name => (_keys.PlaceOf($"{name}.final"), _keys.PlaceOf($"{name}.timeAveraged"), _keys.PlaceOf($"{name}.dailyAveraged"))),
        ];
        _places = (_keys.PlaceOf("baseline"), _keys.PlaceOf("peer"), _keys.PlaceOf("spotBaseline"), _keys.PlaceOf("spotPeer"), _keys.PlaceOf("relativeBrier"));
    }

    public ScoreRow Row(string forecaster, ForecasterKind kind, in ForecasterSums sums, double? spotPeer)
    {
        var scores = new RowScores(_keys);
        double stood = sums.Stood;
        var (noQuantile, noDailyQuantile) = (false, false);
        if (sums.Final is { } final)
        {
            for (var rule = 0; rule < _reported.Length; rule++)
                Set(_reported[rule].Final, _rules.Reading(rule, final));
        }

        if (sums.Stood > 0)
        {
            var average = sums.Average();
            for (var rule = 0; rule < _reported.Length; rule++)
                Set(_reported[rule].TimeAveraged, _rules.Reading(rule, average));
            noQuantile = double.IsNaN(average.Other);
            scores.Set(_places.Baseline, _rules.Baseline(average.LogP) * (stood / _window.Lifetime));
            scores.Set(_places.Peer, _rules.PeerUnit * sums.AgainstCrowd.Peer / _window.Lifetime);
            if (!_rules.IsDistribution && _window.Days > 0)
                scores.Set(_places.RelativeBrier, sums.AgainstCrowd.Relative / _window.Days);
        }

        if (sums.Days > 0)
        {
            var daily = sums.DailyAverage();
            for (var rule = 0; rule < _reported.Length; rule++)
                Set(_reported[rule].DailyAveraged, _rules.Reading(rule, daily));
            noDailyQuantile = double.IsNaN(daily.Other);
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
            sums.Final is { } last && double.IsNaN(last.Other),
            noQuantile,
            noDailyQuantile
        );
        return new ScoreRow(forecaster, kind, stood / _window.Lifetime, sums.Revisions, scores, NotesOf(why));

        void Set(int place, double value)
        {
            if (!double.IsNaN(value))
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
        foreach (var name in _rules.Reported)
        {
            var (isLog, byQuantiles) = (name == "log", name == "pinball");
            Note(
                $"{name}.final",
                why.NoFinal ? ScoreNotes.NoFinal
                    : byQuantiles && why.NoFinalQuantile ? ScoreNotes.NoQuantile
                    : null,
                isLog && why.FinalClipped
            );
            Note(
                $"{name}.timeAveraged",
                !why.Stood ? ScoreNotes.NeverStood
                    : byQuantiles && why.NoQuantile ? ScoreNotes.NoQuantile
                    : null,
                isLog && why.Clipped
            );
            Note(
                $"{name}.dailyAveraged",
                !why.StoodOnDays ? ScoreNotes.NoDay
                    : byQuantiles && why.NoDailyQuantile ? ScoreNotes.NoQuantile
                    : null,
                isLog && why.Clipped
            );
        }

        Note("baseline", why.Stood ? null : ScoreNotes.NeverStood, why.Clipped);
        Note("peer", why.Stood ? null : ScoreNotes.NeverStood, why.Clipped);
        Note("spotBaseline", why.NoSpot ? ScoreNotes.NoSpot : null, why.SpotClipped);
        Note("spotPeer", why.NoSpot ? ScoreNotes.NoSpot : null, why.SpotClipped);
        if (!_rules.IsDistribution)
            Note(
                "relativeBrier",
                !why.Stood ? ScoreNotes.NeverStood
                    : _window.Days == 0 ? ScoreNotes.NoWholeDay
                    : null,
                false
            );
        return notes;

        void Note(string key, string? undefined, bool clipped)
        {
            if (undefined is not null)
                notes[key] = undefined;
            else if (clipped)
                notes[key] = _rules.ClipNote;
        }
    }

    /// <summary>Everything that a row's notes depend on.</summary>
    private readonly record struct Why(
        bool Stood,
        bool StoodOnDays,
        bool Clipped,
        bool NoFinal,
        bool FinalClipped,
        bool NoSpot,
        bool SpotClipped,
        bool NoFinalQuantile,
        bool NoQuantile,
        bool NoDailyQuantile
    );
}
