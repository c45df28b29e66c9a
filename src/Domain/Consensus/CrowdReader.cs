using System.Collections.Immutable;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Scoring;
using Domain.Scoring.Rules;
using Domain.Statistics;

namespace Domain.Consensus;

/// <summary>
/// Reads a running crowd's consensus as a forecast: probabilities of options, renormalised to sum to 1, or a cumulative distribution function.
/// </summary>
internal sealed class CrowdReader
{
    private readonly CurveGrid? _grid;
    private readonly double[] _x;

    private CrowdReader(RunningCrowd crowd, int columns, CurveGrid? grid)
    {
        (Crowd, Columns, _grid, _x) = (crowd, columns, grid, grid?.X ?? []);
    }

    public RunningCrowd Crowd { get; }

    /// <summary>How many numbers make one reading.</summary>
    public int Columns { get; }

    public bool IsDistribution => _grid is not null;

    /// <summary>The levels that any of the crowd's forecasts states, rising; empty for options.</summary>
    public IReadOnlyList<double> Levels { get; private init; } = [];

    /// <param name="members">The crowd's stretches; a member's index is its place here.</param>
    /// <param name="forecasters">The forecasters' names.</param>
    /// <param name="range">The range of a numeric or date question, else null.</param>
    /// <param name="opensAt">The start of the scheduled lifetime, in ticks.</param>
    /// <param name="closesAt">Its end.</param>
    /// <param name="skills">The forecasters' records.</param>
    public static CrowdReader Of(IReadOnlyList<Stretch> members, string[] forecasters, QuestionRange? range, long opensAt, long closesAt, SkillRecords skills)
    {
        var crowd = new CrowdMember[members.Count];
        for (var i = 0; i < crowd.Length; i++) crowd[i] = new CrowdMember(members[i].MadeAt, forecasters[members[i].Forecaster]);
        if (range is null)
        {
            var options = members.Count == 0 ? 0 : ((Prediction.Categorical)members[0].Prediction).Probabilities.Length;
            // Of two options one says it all: every method treats a probability and what it leaves alike.
            var columns = new double[options == 2 ? 1 : options][];
            for (var c = 0; c < columns.Length; c++)
            {
                var column = columns[c] = new double[members.Count];
                for (var i = 0; i < column.Length; i++) column[i] = ((Prediction.Categorical)members[i].Prediction).Probabilities[c];
            }

            return new CrowdReader(new RunningCrowd(columns, crowd, skills, opensAt, closesAt, odds: true), options, null);
        }

        var curves = members.Select(m => new StatedDistribution((Prediction.Quantiles)m.Prediction, range)).ToList();
        var grid = CurveGrid.Over(range, curves);
        var points = new double[grid.Count][];
        for (var c = 0; c < points.Length; c++) points[c] = new double[curves.Count];
        for (var i = 0; i < curves.Count; i++)
        {
            var read = grid.Read(curves[i]);
            for (var c = 0; c < points.Length; c++) points[c][i] = read[c];
        }

        return new CrowdReader(new RunningCrowd(points, crowd, skills, opensAt, closesAt, odds: false), points.Length, grid)
        {
            Levels = [.. members.SelectMany(m => ((Prediction.Quantiles)m.Prediction).Points.Select(q => q.Level)).Distinct().Order()],
        };
    }

    public bool Applies(ConsensusMethod method) => !IsDistribution || Consensus.Crowd.AppliesToDistributions(method);

    /// <summary>What a method says of those who stand; there must be somebody.</summary>
    public void Read(ConsensusMethod method, Span<double> into)
    {
        if (IsDistribution)
        {
            Crowd.Read(method, into);
            return;
        }

        if (into.Length == 2)
        {
            Crowd.Read(method, into[..1]);
            into[1] = 1 - into[0];
            return;
        }

        Crowd.Read(method, into);
        var sum = CompensatedSum.Of(into);
        for (var c = 0; c < into.Length; c++) into[c] = sum > 0 ? into[c] / sum : 1.0 / into.Length;
    }

    public StatedDistribution Distribution(double[] reading) => _grid!.Curve(_x, reading);

    public Prediction Prediction(double[] reading)
    {
        if (!IsDistribution) return new Prediction.Categorical([.. reading]);
        var points = ImmutableArray.CreateBuilder<Quantile>();
        for (var i = 0; i < reading.Length; i++)
        {
            var f = reading[i];
            // Where nothing lies below or above, only the point at which that ends says anything.
            var silent = (f <= 0 && (i + 1 >= reading.Length || reading[i + 1] <= 0)) || (f >= 1 && i > 0 && reading[i - 1] >= 1)
                || (f <= 0 && i == 0) || (f >= 1 && i == reading.Length - 1 && reading[i - 1] < 1);
            if (!silent) points.Add(new Quantile(f, _x[i]));
        }

        return new Prediction.Quantiles(points.ToImmutable());
    }
}
