using Domain.Comparison;
using Domain.Forecasts;
using Domain.Leaderboards;
using Domain.People;
using Domain.Scoring;
using Store.Scoring;
using Store.Views;

namespace Api.Comparisons;

/// <summary>Scores of forecasters beside those of another on the same questions and, where absent time is no part of the score, over the same time.</summary>
public static class PairedScores
{
    /// <summary>Two instants of coverage that differ by less are one.</summary>
    private const double Same = 1e-12;

    /// <summary>The scores with their reference's, ready for a board. Where the reference has none the score stands alone.</summary>
    /// <param name="snapshot">What is known; closed as soon as it is read.</param>
    /// <param name="key">The score.</param>
    /// <param name="reference">Beside whom.</param>
    /// <param name="rows">Whose scores, with the reference's over its own time.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyList<BoardScore>> WithReferenceAsync(
        ScoreSnapshot snapshot,
        ScoreKey key,
        string reference,
        IReadOnlyList<PairedRow> rows,
        CancellationToken token
    )
    {
        var scores = new BoardScore[rows.Count];
        var apart = new List<int>();
        for (var i = 0; i < scores.Length; i++)
        {
            var row = rows[i];
            scores[i] = new BoardScore(row.Forecaster, row.Question, row.Score, Math.Clamp(row.Coverage, 0, 1), row.ReferenceScore, row.Group);
            if (BoardKinds.Of(key).OverStandingTime() && row.ReferenceCoverage is not null && !StoodTogether(key, row, reference))
                apart.Add(i);
        }

        if (apart.Count == 0)
        {
            await snapshot.DisposeAsync();
            return scores;
        }

        var needed =
            ForecasterTimelines.IsConsensus(reference) || apart.Any(i => ForecasterTimelines.IsConsensus(rows[i].Forecaster.Value))
                ? null
                : apart.Select(i => rows[i].Forecaster.Value).Append(reference).Distinct(StringComparer.Ordinal).ToArray();
        var questions = apart.Select(i => rows[i].Question.Value).Distinct(StringComparer.Ordinal);
        var records = await snapshot.RecordsAsync(new ScoreFilter(), needed, [.. questions], token);
        var earlier = await snapshot.TrackRecordsAsync(
            [.. apart.Select(i => rows[i].Forecaster.Value).Append(reference).Distinct(StringComparer.Ordinal)],
            null,
            token
        );
        await snapshot.DisposeAsync();

        var byQuestion = records.ToDictionary(r => r.Question.Slug, StringComparer.Ordinal);
        Parallel.ForEach(
            apart.GroupBy(i => rows[i].Question.Value, StringComparer.Ordinal),
            question =>
            {
                var record = byQuestion.GetValueOrDefault(question.Key);
                var input = record is null ? null : earlier.InputOf(record.Question, record.Tags, record.Timelines);
                var other = input is null ? null : ForecasterTimelines.Of(reference, input, record!.End);
                foreach (var i in question)
                    scores[i] = OnSharedTime(
                        scores[i],
                        record,
                        other,
                        input is null ? null : ForecasterTimelines.Of(rows[i].Forecaster.Value, input, record!.End),
                        key
                    );
            }
        );
        return scores;
    }

    private static BoardScore OnSharedTime(BoardScore score, ScoredRecord? record, ForecastTimeline? reference, ForecastTimeline? own, ScoreKey key) =>
        record is not null
        && reference is not null
        && own is not null
        && CommonTime.Scores(RuleSet.Current, record.Question, record.End, own, reference, key) is var (mine, theirs)
            ? score with
            {
                OnSharedTime = mine,
                Reference = theirs,
            }
            : score with
            {
                Reference = null,
            };

    // One stood whenever the other did, so that where their coverages are the same so are their times. A final score is of one instant anyway.
    private static bool StoodTogether(ScoreKey key, PairedRow row, string reference)
    {
        if (row.Forecaster.Value == reference || key.Basis == ScoreBasis.WindowEnd)
            return true;
        var nested =
            ForecasterTimelines.IsReference(reference)
            || row.Kind == ForecasterKind.Reference
            || (ForecasterTimelines.IsConsensus(reference) && row.Kind is ForecasterKind.Person or ForecasterKind.Bot or ForecasterKind.Consensus);
        return nested && Math.Abs(row.Coverage - row.ReferenceCoverage!.Value) <= Same;
    }
}
