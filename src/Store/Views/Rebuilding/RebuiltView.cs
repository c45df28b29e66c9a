namespace Store.Views.Rebuilding;

/// <summary>The names of what can be rebuilt.</summary>
public static class RebuiltView
{
    /// <summary>The documents of questions.</summary>
    public const string Questions = "questions";

    /// <summary>The documents of analysts.</summary>
    public const string Analysts = "analysts";

    /// <summary>The tables of <see cref="ScoreRowsView"/>.</summary>
    public const string ScoreRows = "score-rows";

    /// <summary>The table of <see cref="ForecastStepsView"/>.</summary>
    public const string ForecastSteps = "forecast-steps";

    /// <summary>The tables of <see cref="GenerationsView"/>.</summary>
    public const string Generations = "generations";

    /// <summary>The table of <see cref="ImportedStepsView"/>.</summary>
    public const string ImportedSteps = "imported-steps";

    /// <summary>All of them: documents first, then the tables that leaderboards, comparisons and calibration are read from.</summary>
    public static IReadOnlyList<string> All { get; } = [Questions, Analysts, ScoreRows, ForecastSteps, Generations, ImportedSteps];
}

/// <summary>How far a rebuild has come.</summary>
/// <param name="View">What is rebuilt, one of <see cref="RebuiltView.All"/>.</param>
/// <param name="Done">Streams folded, for documents; the sequence of the last event that is in the tables, for these.</param>
/// <param name="Changed">Of the documents, how many said something else, or were missing; 0 for tables, which are made anew.</param>
/// <param name="Of">Streams in all, or the sequence to be reached, as far as that is known by now.</param>
public readonly record struct RebuildProgress(string View, long Done, long Changed, long Of);

/// <summary>A view that was rebuilt.</summary>
/// <param name="View">Its name.</param>
/// <param name="Done">Streams folded, for documents; the sequence of the last event that is in the tables, for these.</param>
/// <param name="Changed">Of the documents, how many said something else, or were missing; null for tables, which are made anew.</param>
/// <param name="Seconds">How long it took, beside the others.</param>
public sealed record RebuildResult(string View, long Done, long? Changed, double Seconds);
