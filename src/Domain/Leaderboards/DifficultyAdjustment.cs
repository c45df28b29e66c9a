using Domain.People;
using Domain.Questions;
using Domain.Statistics;

namespace Domain.Leaderboards;

/// <summary>A score to be adjusted.</summary>
/// <param name="Forecaster">Who.</param>
/// <param name="Question">On what.</param>
/// <param name="Score">A loss, such as the Brier score.</param>
public readonly record struct AdjustableScore(ForecasterName Forecaster, QuestionSlug Question, double Score);

/// <summary>A forecaster's score with the difficulty of the questions taken out.</summary>
/// <param name="Forecaster">Who.</param>
/// <param name="Status">
/// <see cref="StatisticStatus.Incomparable"/> where the forecaster's questions do not hang together, through others who forecast them too, with those of the
/// largest part of the board.
/// </param>
/// <param name="Component">Number of the connected part, 0 for the largest.</param>
/// <param name="Questions">How many questions stand behind it.</param>
/// <param name="Adjusted">What the forecaster would score on the largest part's average question; null where incomparable.</param>
public sealed record AdjustedScore(string Forecaster, StatisticStatus Status, int Component, int Questions, double? Adjusted);

/// <summary>
/// Scores adjusted for difficulty: score = forecaster + question + error by least squares, on the largest connected part of the graph of
/// forecasters and questions, with question effects that average 0. Source: the two-way fixed effects of Abowd, Kramarz and Margolis, "High wage
/// workers and high wage firms" (Econometrica 67, 1999); connected parts: Abowd, Creecy and Kramarz (2002).
/// </summary>
/// <param name="Forecasters">By part, then by adjusted score, lowest first.</param>
/// <param name="QuestionEffects">How much harder than average each question of the largest part is, in the score's unit.</param>
/// <param name="Components">In how many parts the graph falls.</param>
public sealed record DifficultyAdjustment(IReadOnlyList<AdjustedScore> Forecasters, IReadOnlyDictionary<string, double> QuestionEffects, int Components)
{
    /// <summary>Fits the effects; the order of <paramref name="scores"/> changes nothing.</summary>
    /// <param name="scores">At most one a forecaster and question.</param>
    /// <param name="fits">
    /// Whose scores the effects are fitted to; null for everybody's. Others (a reference, a consensus) are adjusted by the effects of their
    /// questions, where these are known, and shape none.
    /// </param>
    /// <exception cref="ArgumentException">A forecaster has two scores on a question, or a score is not finite.</exception>
    public static DifficultyAdjustment Of(IEnumerable<AdjustableScore> scores, Func<string, bool>? fits = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var table = BoardTable.Of(scores.Select(s => new BoardScore(s.Forecaster, s.Question, s.Score, 1)));
        foreach (var column in table.Columns)
        {
            for (var i = 0; i < column.Questions.Length; i++)
            {
                var question = table.Questions[column.Questions[i]];
                if (!double.IsFinite(column.Scores[i]))
                    throw new ArgumentException($"The score of {column.Forecaster} on {question} is not finite.", nameof(scores));
                if (i > 0 && column.Questions[i] == column.Questions[i - 1])
                    throw new ArgumentException($"{column.Forecaster} has two scores on {question}.", nameof(scores));
            }
        }

        return Of(table, fits);
    }

    /// <summary>Fits the effects to the scores of a board.</summary>
    /// <param name="table">The board.</param>
    /// <param name="fits">Whose scores the effects are fitted to; null for everybody's.</param>
    public static DifficultyAdjustment Of(BoardTable table, Func<string, bool>? fits = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var columns = table.Columns.Where(c => c.Questions.Length > 0).ToArray();
        var graph = new ForecastGraph(fits is null ? columns : [.. columns.Where(c => fits(c.Forecaster))], table.Questions.Count);
        var effects = graph.QuestionEffectsOfLargest();
        var adjusted = columns.Select(c => Adjust(c, graph, effects)).ToList();
        adjusted.Sort(
            (a, b) =>
                (a.Component, a.Adjusted ?? 0).CompareTo((b.Component, b.Adjusted ?? 0)) is var by and not 0
                    ? by
                    : string.CompareOrdinal(a.Forecaster, b.Forecaster)
        );
        var known = effects.Index().Where(e => !double.IsNaN(e.Item)).ToDictionary(e => table.Questions[e.Index], e => e.Item, StringComparer.Ordinal);
        return new DifficultyAdjustment(adjusted, known, graph.Components);
    }

    // The least-squares forecaster effect is the mean of what the question effects leave, also for who did not shape them.
    private static AdjustedScore Adjust(BoardColumn column, ForecastGraph graph, double[] effects)
    {
        var left = new CompensatedSum();
        var known = 0;
        var component = int.MaxValue;
        for (var i = 0; i < column.Questions.Length; i++)
        {
            if (graph.ComponentOf(column.Questions[i]) is { } of)
                component = Math.Min(component, of);
            if (double.IsNaN(effects[column.Questions[i]]))
                continue;
            left.Add(column.Scores[i] - effects[column.Questions[i]]);
            known++;
        }

        return known > 0
            ? new AdjustedScore(column.Forecaster, StatisticStatus.Computed, 0, known, left.Value / known)
            : new AdjustedScore(
                column.Forecaster,
                StatisticStatus.Incomparable,
                component == int.MaxValue ? graph.Components : component,
                column.Scores.Length,
                null
            );
    }
}
