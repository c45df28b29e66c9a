using Domain.People;

namespace Store.Scoring;

/// <summary>One forecaster's scores on the questions of a board.</summary>
/// <param name="Forecaster">Whose rows.</param>
/// <param name="Kind">What the forecaster is on these rows.</param>
/// <param name="Questions">The places of the questions among <see cref="BoardRows.Questions"/>, rising.</param>
/// <param name="Scores">The score on each of them.</param>
/// <param name="Coverages">The share of the scoring window on which the forecaster had a forecast, 0 to 1.</param>
public sealed record ForecasterRows(string Forecaster, ForecasterKind Kind, int[] Questions, double[] Scores, double[] Coverages);

/// <summary>The scores of a board in columns, twenty bytes a score.</summary>
/// <param name="Questions">The slugs of all questions that were asked about, in ordinal order; also of those on which nobody has the score.</param>
/// <param name="Groups">The group that each belongs to; null for none.</param>
/// <param name="Forecasters">By name. Who is of different kinds on different questions is there once for each.</param>
public sealed record BoardRows(IReadOnlyList<string> Questions, IReadOnlyList<string?> Groups, IReadOnlyList<ForecasterRows> Forecasters);

/// <summary>A reference's scores on the questions of a board, by their places. Both arrays are empty where it has no row at all.</summary>
/// <param name="Scores">The score; not a number where it has none.</param>
/// <param name="Coverages">The coverage, 0 to 1; not a number where it has no row.</param>
public sealed record ReferenceRows(double[] Scores, double[] Coverages)
{
    /// <summary>The score on a question; null where there is none.</summary>
    public double? ScoreOn(int question) => At(Scores, question);

    /// <summary>The coverage of a question; null where there is no row.</summary>
    public double? CoverageOf(int question) => At(Coverages, question);

    private static double? At(double[] column, int question) => column.Length == 0 || double.IsNaN(column[question]) ? null : column[question];
}
