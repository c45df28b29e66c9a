using Domain.People;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Statistics;
using Domain.TrackRecords;

namespace RealForecasts;

/// <summary>A data set scored whole: one question after the other as their outcomes became known, each with the record that there was by then.</summary>
public sealed class ScoredDataSet
{
    private readonly List<(string Slug, ScoreRow Row)> _rows = [];

    private ScoredDataSet() { }

    /// <summary>Every row of every question, those of consensus and references among them.</summary>
    public IReadOnlyList<(string Slug, ScoreRow Row)> Rows => _rows;

    public static ScoredDataSet Of(DataSet data)
    {
        var scored = new ScoredDataSet();
        var records = new Dictionary<string, List<EarlierScore>>(StringComparer.Ordinal);
        var outcomes = new Dictionary<string, List<EarlierOutcome>>(StringComparer.Ordinal);
        foreach (var (question, forecasts, tag) in data.Resolved)
        {
            if (!outcomes.TryGetValue(tag, out var known))
                outcomes[tag] = known = [];
            var input = new ScoringInput(
                question,
                forecasts,
                [.. known.Where(e => e.KnownAt < question.ClosesAt)],
                [.. forecasts.SelectMany(f => records.GetValueOrDefault(f.Forecaster) ?? []).Where(e => e.KnownAt < question.ClosesAt)]
            );
            foreach (var row in QuestionScoring.Score(RuleSet.Current, input))
            {
                scored._rows.Add((question.Slug, row));
                if (row.Kind != ForecasterKind.Person || row.Scores["peer"] is not { } peer)
                    continue;
                if (!records.TryGetValue(row.Forecaster, out var record))
                    records[row.Forecaster] = record = [];
                record.Add(new EarlierScore(row.Forecaster, question.KnownAt, peer, row.Coverage));
            }

            if (question.Outcome is OutcomeValue.Option(var option))
                known.Add(new EarlierOutcome(question.KnownAt, option, question.OptionCount));
        }

        return scored;
    }

    /// <summary>
    /// The mean of a score over all pairs of question and forecaster that have one, and how many those are; of persons where no name is given.
    /// </summary>
    public (double Mean, int Pairs) Mean(string key, string? forecaster = null)
    {
        var (sum, pairs) = (default(CompensatedSum), 0);
        foreach (var (_, row) in _rows)
        {
            if (forecaster is null ? row.Kind != ForecasterKind.Person : row.Forecaster != forecaster)
                continue;
            if (row.Scores.GetValueOrDefault(key) is not { } score)
                continue;
            sum.Add(score);
            pairs++;
        }

        return (sum.Value / pairs, pairs);
    }
}
