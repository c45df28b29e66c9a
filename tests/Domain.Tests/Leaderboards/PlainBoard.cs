using Domain.Comparison;
using Domain.Leaderboards;
using Domain.Statistics;

namespace Domain.Tests.Leaderboards;

/// <summary>
/// A board by its definition: each forecaster is resampled alone, each pair compared alone, and who cannot be told apart is named. What the product does faster
/// has to have the same bits.
/// </summary>
internal static class PlainBoard
{
    /// <summary>A forecaster's place.</summary>
    public sealed record Row(
        int Rank,
        string Forecaster,
        int Questions,
        double Coverage,
        double Mean,
        ConfidenceInterval? Interval,
        double Shrunk,
        IReadOnlyList<string> TiedWith
    );

    private sealed record Entry(string Forecaster, BoardScore[] Scores, double[] Compared, double Coverage, double Shrunk)
    {
        public ConfidenceInterval? Interval { get; set; }
    }

    public static IReadOnlyList<Row> Rank(IEnumerable<BoardScore> scores, BoardKind kind, LeaderboardOptions options)
    {
        var all = (kind.OverStandingTime() ? scores.Where(s => s.Reference is not null) : scores)
            .OrderBy(s => s.Forecaster.Value, StringComparer.Ordinal)
            .ThenBy(s => s.Question.Value, StringComparer.Ordinal)
            .ToArray();
        var entries = all.GroupBy(s => s.Forecaster.Value)
            .Where(g => g.Count() >= options.MinimumQuestions)
            .Select(g => EntryOf(g.Key, [.. g], kind, options))
            .ToArray();
        foreach (var entry in entries)
        {
            var groups = QuestionGroups.Number(entry.Scores, s => s.Group);
            entry.Interval = QuestionBootstrap.MeanInterval([.. entry.Scores.Select(s => s.Score)], groups, draws: options.Draws, seed: options.Seed);
        }

        var sign = kind.HigherIsBetter() ? -1 : 1;
        Array.Sort(entries, (a, b) => a.Shrunk != b.Shrunk ? (sign * a.Shrunk).CompareTo(sign * b.Shrunk) : string.CompareOrdinal(a.Forecaster, b.Forecaster));
        var tied = Ties(entries, options);
        var rows = new List<Row>();
        foreach (var (i, entry) in entries.Index())
        {
            var count = entry.Scores.Length;
            rows.Add(
                new Row(
                    i > 0 && entry.Shrunk == entries[i - 1].Shrunk ? rows[i - 1].Rank : i + 1,
                    entry.Forecaster,
                    count,
                    entry.Coverage / count,
                    CompensatedSum.Of(entry.Scores.Select(s => s.Score)) / count,
                    entry.Interval,
                    entry.Shrunk,
                    tied[i]
                )
            );
        }

        return rows;
    }

    /// <summary>The skills of all who have a score with a reference, by name; null where the reference loses nothing.</summary>
    public static IEnumerable<(string Forecaster, SkillScore? Skill)> Skills(IEnumerable<BoardScore> scores) =>
        scores
            .Where(s => s.Reference is not null)
            .GroupBy(s => s.Forecaster.Value)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, SkillOf([.. g.OrderBy(s => s.Question.Value, StringComparer.Ordinal)])));

    private static SkillScore? SkillOf(BoardScore[] scores)
    {
        var groups = QuestionGroups.Number(scores, s => s.Group);
        var own = ResamplingUnits.Of([.. scores.Select(s => s.OnSharedTime ?? s.Score)], groups).Sums;
        var reference = ResamplingUnits.Of([.. scores.Select(s => s.Reference!.Value)], groups).Sums;
        var lost = CompensatedSum.Of(reference);
        if (!(lost > 0))
            return null;
        var replicates = own.Length < 2 ? [double.NaN] : QuestionBootstrap.Replicates(own, reference).Select(r => 1 - r).ToArray();
        return new SkillScore(
            1 - CompensatedSum.Of(own) / lost,
            replicates.All(double.IsFinite) ? QuestionBootstrap.IntervalOf(replicates, own.Length) : null,
            scores.Length
        );
    }

    private static Entry EntryOf(string forecaster, BoardScore[] scores, BoardKind kind, LeaderboardOptions options)
    {
        var compared = scores.Select(s => kind.OverStandingTime() ? (s.OnSharedTime ?? s.Score) - s.Reference!.Value : s.Score).ToArray();
        var evidence = CompensatedSum.Of(compared.Select((c, i) => kind.OverStandingTime() ? scores[i].Coverage * c : c));
        var coverage = CompensatedSum.Of(scores.Select(s => s.Coverage));
        return new Entry(forecaster, scores, compared, coverage, evidence / (options.Shrinkage + (kind == BoardKind.SpotPoints ? scores.Length : coverage)));
    }

    private static List<string>[] Ties(Entry[] entries, LeaderboardOptions options)
    {
        var pairs = new List<(int A, int B, double P)>();
        for (var a = 0; a < entries.Length; a++)
        {
            for (var b = a + 1; b < entries.Length && b - a <= options.ComparedPlaces; b++)
                pairs.Add((a, b, PValue(entries[a], entries[b])));
        }

        var adjusted = BenjaminiHochberg.Adjust([.. pairs.Where(p => !double.IsNaN(p.P)).Select(p => p.P)]);
        var ties = entries.Select(_ => new List<int>()).ToArray();
        var at = 0;
        foreach (var (a, b, p) in pairs)
        {
            if (!double.IsNaN(p) && adjusted[at++] <= options.Alpha)
                continue;
            ties[a].Add(b);
            ties[b].Add(a);
        }

        return Array.ConvertAll(ties, places => places.Order().Select(place => entries[place].Forecaster).ToList());
    }

    private static double PValue(Entry a, Entry b)
    {
        var others = b.Scores.Index().ToDictionary(s => s.Item.Question, s => b.Compared[s.Index]);
        var (sums, places) = (new List<double>(), new Dictionary<string, int>());
        foreach (var (i, score) in a.Scores.Index())
        {
            if (!others.TryGetValue(score.Question, out var other))
                continue;
            var unit = score.Group is { } group ? $"group {group}" : $"alone {score.Question}";
            if (places.TryGetValue(unit, out var place))
                sums[place] += a.Compared[i] - other;
            else
            {
                places.Add(unit, sums.Count);
                sums.Add(a.Compared[i] - other);
            }
        }

        return sums.Count == 0 ? double.NaN
            : sums.Count <= 12 ? SignFlipTest.Exact([.. sums]).TwoSided
            : TwoSided([.. sums]);
    }

    // The approximation with every difference in every sum.
    private static double TwoSided(ReadOnlySpan<double> differences)
    {
        CompensatedSum signed = default,
            size = default,
            squares = default;
        var nonZero = 0;
        foreach (var d in differences)
        {
            signed.Add(d);
            size.Add(Math.Abs(d));
            squares.Add(d * d);
            if (d != 0)
                nonZero++;
        }

        var observed = Math.Abs(signed.Value);
        if (observed <= 1e-12 * size.Value)
            return 1;

        // If all differences have one sign, only the observed flip and its mirror are as extreme.
        if (observed >= size.Value * (1 - 1e-12))
            return Math.ScaleB(1, 1 - nonZero);

        // Solve K'(t) = Σ d·tanh(t·d) = observed; K' rises from 0 to Σ|d|.
        double low = 0,
            high = double.PositiveInfinity,
            t = observed / squares.Value,
            curvature = 0,
            cumulant = 0;
        for (var step = 0; step < 60; step++)
        {
            double slope = 0;
            (curvature, cumulant) = (0, 0);
            foreach (var d in differences)
            {
                var e = Math.Exp(-2 * Math.Abs(t * d));
                var tanh = (1 - e) / (1 + e);
                slope += Math.Abs(d) * tanh;
                curvature += d * d * (1 - tanh * tanh);
                cumulant += Math.Abs(t * d) + Math.Log((1 + e) / 2);
            }

            var missing = observed - slope;
            if (Math.Abs(missing) <= 1e-10 * observed)
                break;
            if (missing > 0)
                low = t;
            else
                high = t;
            var next = t + missing / curvature;
            t =
                next > low && next < high ? next
                : double.IsInfinity(high) ? 2 * t
                : 0.5 * (low + high);
        }

        var root = Math.Sqrt(Math.Max(0, 2 * (t * observed - cumulant)));
        var tilt = t * Math.Sqrt(curvature);

        // Near the center both terms diverge and cancel. The distribution is nearly normal there.
        var tail =
            root < 1e-4
                ? 1 - NormalDistribution.Cdf(observed / Math.Sqrt(squares.Value))
                : NormalDistribution.Cdf(-root) + NormalDistribution.Density(root) * (1 / tilt - 1 / root);
        return Math.Clamp(2 * tail, Math.ScaleB(1, 1 - Math.Min(nonZero, 1000)), 1);
    }
}
