using Domain.Statistics;

namespace Domain.Leaderboards;

/// <summary>A forecaster's place on a leaderboard.</summary>
/// <param name="Rank">1 for the best; equal shrunk scores share the better rank.</param>
/// <param name="Forecaster">Who.</param>
/// <param name="Questions">How many questions stand behind the place.</param>
/// <param name="Coverage">The mean coverage of these questions, in [0, 1].</param>
/// <param name="Mean">The mean score over the questions. No ranking: others forecast other questions.</param>
/// <param name="Interval">A 95 % bootstrap interval for the mean, resampling questions and groups whole; null for fewer than two.</param>
/// <param name="Shrunk">What the place goes by (see <see cref="BoardKind"/>): the evidence against 30 questions' worth of none.</param>
/// <param name="Ties">
/// The places, of those compared, that this one cannot be told apart from: the paired difference on common questions has a
/// Benjamini–Hochberg-adjusted p-value above the board's α, or there is no common question. Rising, this place itself not among them.
/// </param>
public sealed record LeaderboardRow(
    int Rank,
    string Forecaster,
    int Questions,
    double Coverage,
    double Mean,
    ConfidenceInterval? Interval,
    double Shrunk,
    IReadOnlyList<PlaceRange> Ties
);
