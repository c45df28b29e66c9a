using Domain.Statistics;

namespace Domain.Leaderboards;

/// <summary>How a leaderboard is computed.</summary>
public sealed record LeaderboardOptions
{
    /// <summary>Who has fewer questions is not on the board.</summary>
    public int MinimumQuestions { get; init; } = 1;

    /// <summary>The full coverage of how many questions without any skill is added to everybody's evidence.</summary>
    public double Shrinkage { get; init; } = 30;

    /// <summary>The share of false calls, among the pairs called different, that is tolerated.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>
    /// Each place is compared with the places up to so many below it. On boards of no more forecasters than that, with all; the work grows
    /// with forecasters × this.
    /// </summary>
    public int ComparedPlaces { get; init; } = 500;

    /// <summary>How many bootstrap resamples.</summary>
    public int Draws { get; init; } = QuestionBootstrap.DefaultDraws;

    /// <summary>Decides the resamples.</summary>
    public ulong Seed { get; init; }

    /// <summary>How many threads may work; −1 for as many as there are. It changes no number.</summary>
    public int Threads { get; init; } = -1;
}
