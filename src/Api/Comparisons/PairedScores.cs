using Domain.Comparison;
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

    /// <summary>The scores with their reference's, to be compared. Where the reference has none the score stands alone.</summary>
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
            if (IsApart(key, row.Forecaster.Value, row.Kind, row.Coverage, row.ReferenceCoverage, reference))
                apart.Add(i);
        }

        var shared = await OnSharedTimeAsync(snapshot, key, reference, [.. apart.Select(i => (rows[i].Forecaster.Value, rows[i].Question.Value))], token);
        foreach (var (place, i) in apart.Index())
            scores[i] = scores[i] with { OnSharedTime = shared[place]?.Own, Reference = shared[place]?.Reference };
        return scores;
    }

    /// <summary>The scores of a board with their reference's, as <see cref="WithReferenceAsync"/> gives them one by one.</summary>
    /// <param name="snapshot">What is known; closed as soon as it is read.</param>
    /// <param name="key">The score.</param>
    /// <param name="reference">Beside whom.</param>
    /// <param name="rows">Whose scores.</param>
    /// <param name="beside">What the reference earned on the same questions over its own time; null where nothing is compared with it.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<BoardTable> TableAsync(
        ScoreSnapshot snapshot,
        ScoreKey key,
        string reference,
        BoardRows rows,
        ReferenceRows? beside,
        CancellationToken token
    )
    {
        if (beside is null)
        {
            await snapshot.DisposeAsync();
            return Table(rows, rows.Forecasters.Select(r => new BoardColumn(r.Forecaster, r.Questions, r.Scores, Clamped(r.Coverages))));
        }

        var columns = rows
            .Forecasters.Select(r => new BoardColumn(
                r.Forecaster,
                r.Questions,
                r.Scores,
                Clamped(r.Coverages),
                Array.ConvertAll(r.Questions, q => beside.ScoreOn(q) ?? double.NaN),
                null
            ))
            .ToArray();
        var apart = new List<(int Column, int Place)>();
        foreach (var (at, own) in rows.Forecasters.Index())
        {
            for (var i = 0; i < own.Questions.Length; i++)
            {
                if (IsApart(key, own.Forecaster, own.Kind, own.Coverages[i], beside.CoverageOf(own.Questions[i]), reference))
                    apart.Add((at, i));
            }
        }

        var shared = await OnSharedTimeAsync(
            snapshot,
            key,
            reference,
            [.. apart.Select(a => (columns[a.Column].Forecaster, rows.Questions[columns[a.Column].Questions[a.Place]]))],
            token
        );
        foreach (var (at, (column, place)) in apart.Index())
        {
            if (columns[column].OnSharedTime is null)
            {
                columns[column] = columns[column] with { OnSharedTime = new double[columns[column].Scores.Length] };
                Array.Fill(columns[column].OnSharedTime!, double.NaN);
            }

            columns[column].OnSharedTime![place] = shared[at]?.Own ?? double.NaN;
            columns[column].References![place] = shared[at]?.Reference ?? double.NaN;
        }

        return Table(rows, columns);
    }

    private static BoardTable Table(BoardRows rows, IEnumerable<BoardColumn> columns) =>
        new(rows.Questions, rows.Groups, [.. columns.GroupBy(c => c.Forecaster, StringComparer.Ordinal).Select(BoardColumn.Merged)]);

    // A share of time is one up to rounding, which nearly all keep to.
    private static double[] Clamped(double[] coverages) =>
        Array.Exists(coverages, c => c is < 0 or > 1) ? Array.ConvertAll(coverages, c => Math.Clamp(c, 0, 1)) : coverages;

    private static bool IsApart(ScoreKey key, string forecaster, ForecasterKind kind, double coverage, double? referenceCoverage, string reference) =>
        BoardKinds.Of(key).OverStandingTime() && referenceCoverage is { } other && !StoodTogether(key, forecaster, kind, coverage, other, reference);

    /// <summary>What both earned over the time in which both stood, pair by pair; null where they share none. Closes the snapshot.</summary>
    private static async Task<(double Own, double Reference)?[]> OnSharedTimeAsync(
        ScoreSnapshot snapshot,
        ScoreKey key,
        string reference,
        IReadOnlyList<(string Forecaster, string Question)> apart,
        CancellationToken token
    )
    {
        if (apart.Count == 0)
        {
            await snapshot.DisposeAsync();
            return [];
        }

        var forecasters = apart.Select(a => a.Forecaster).Append(reference).Distinct(StringComparer.Ordinal).ToArray();
        var needed = forecasters.Any(ForecasterTimelines.IsConsensus) ? null : forecasters;
        var questions = apart.Select(a => a.Question).Distinct(StringComparer.Ordinal);
        var records = await snapshot.RecordsAsync(new ScoreFilter(), needed, [.. questions], token);
        var earlier = await snapshot.TrackRecordsAsync(forecasters, null, token);
        await snapshot.DisposeAsync();

        var byQuestion = records.ToDictionary(r => r.Question.Slug, StringComparer.Ordinal);
        var shared = new (double, double)?[apart.Count];
        Parallel.ForEach(
            apart.Index().GroupBy(a => a.Item.Question, StringComparer.Ordinal),
            question =>
            {
                if (byQuestion.GetValueOrDefault(question.Key) is not { } record)
                    return;
                var input = earlier.InputOf(record.Question, record.Tags, record.Timelines);
                var other = ForecasterTimelines.Of(reference, input, record.End);
                foreach (var (i, (forecaster, _)) in question)
                {
                    shared[i] =
                        other is not null && ForecasterTimelines.Of(forecaster, input, record.End) is { } own
                            ? CommonTime.Scores(RuleSet.Current, record.Question, record.End, own, other, key)
                            : null;
                }
            }
        );
        return shared;
    }

    // One stood whenever the other did, so that where their coverages are the same so are their times. A final score is of one instant anyway.
    private static bool StoodTogether(ScoreKey key, string forecaster, ForecasterKind kind, double coverage, double referenceCoverage, string reference)
    {
        if (forecaster == reference || key.Basis == ScoreBasis.WindowEnd)
            return true;
        var nested =
            ForecasterTimelines.IsReference(reference)
            || kind == ForecasterKind.Reference
            || (ForecasterTimelines.IsConsensus(reference) && kind is ForecasterKind.Person or ForecasterKind.Bot or ForecasterKind.Consensus);
        return nested && Math.Abs(coverage - referenceCoverage) <= Same;
    }
}
