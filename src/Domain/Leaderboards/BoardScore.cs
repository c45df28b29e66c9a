using Domain.People;
using Domain.Questions;

namespace Domain.Leaderboards;

/// <summary>One forecaster's score on one question, as a leaderboard takes it.</summary>
/// <param name="Forecaster">Who.</param>
/// <param name="Question">The question's name, which orders the questions.</param>
/// <param name="Score">The score by the board's rule.</param>
/// <param name="Coverage">The share of the scheduled lifetime in which a forecast stood, in [0, 1].</param>
/// <param name="Reference">
/// On a board of losses or gains the score that <c>consensus:median</c> (or another reference) earned on the same question over the same days; null
/// where it has none, and on boards whose scores are differences already.
/// </param>
/// <param name="OnSharedTime">
/// The forecaster's own score over those days, where the reference did not stand throughout the forecaster's; null where it did, and
/// <paramref name="Score"/> is that.
/// </param>
/// <param name="Group">The question's group, which is resampled whole; null when it stands alone.</param>
public readonly record struct BoardScore(
    ForecasterName Forecaster,
    QuestionSlug Question,
    double Score,
    double Coverage,
    double? Reference = null,
    string? Group = null,
    double? OnSharedTime = null
);
