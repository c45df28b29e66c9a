namespace Domain.Leaderboards;

/// <summary>One forecaster's scores on a board, by rising questions.</summary>
/// <param name="Forecaster">Who.</param>
/// <param name="Questions">The places of the questions in <see cref="BoardTable.Questions"/>, rising, each at most once.</param>
/// <param name="Scores">The score on each of them, finite.</param>
/// <param name="Coverages">The share of each question's scheduled lifetime in which a forecast stood, in [0, 1].</param>
/// <param name="References">
/// What the reference earned on each question over the same days, not a number where it has none; null on boards whose scores are differences already.
/// </param>
/// <param name="OnSharedTime">
/// The forecaster's own score over those days where the reference did not stand throughout the forecaster's, elsewhere not a number; null where it stood
/// throughout everywhere.
/// </param>
public sealed record BoardColumn(
    string Forecaster,
    int[] Questions,
    double[] Scores,
    double[] Coverages,
    double[]? References = null,
    double[]? OnSharedTime = null
)
{
    /// <summary>The columns of one forecaster, on different questions, as one.</summary>
    public static BoardColumn Merged(IEnumerable<BoardColumn> columns)
    {
        var all = columns.ToArray();
        if (all.Length == 1)
            return all[0];
        var questions = all.SelectMany(c => c.Questions).ToArray();
        var order = Enumerable.Range(0, questions.Length).ToArray();
        Array.Sort(questions, order);
        return new BoardColumn(
            all[0].Forecaster,
            questions,
            Ordered(c => c.Scores)!,
            Ordered(c => c.Coverages)!,
            Ordered(c => c.References),
            Ordered(c => c.OnSharedTime)
        );

        double[]? Ordered(Func<BoardColumn, double[]?> column)
        {
            if (all.All(c => column(c) is null))
                return null;
            var values = all.SelectMany(c => column(c) ?? Enumerable.Repeat(double.NaN, c.Questions.Length)).ToArray();
            return Array.ConvertAll(order, i => values[i]);
        }
    }

    /// <summary>What is compared with the reference: the score over the days that both stood.</summary>
    internal double Shared(int i) => OnSharedTime is { } shared && !double.IsNaN(shared[i]) ? shared[i] : Scores[i];

    /// <summary>Whether a score counts on the board: where they are compared with a reference, those count on which it has a score.</summary>
    /// <param name="i">The place among the forecaster's scores.</param>
    public bool Counts(int i) => References is null || !double.IsNaN(References[i]);

    /// <summary>The scores that have a reference.</summary>
    internal BoardColumn WithReference()
    {
        if (References is not { } all)
            return this with { Questions = [], Scores = [], Coverages = [], OnSharedTime = null };
        if (!all.Any(double.IsNaN))
            return this;
        var kept = Enumerable.Range(0, all.Length).Where(i => !double.IsNaN(all[i])).ToArray();
        return new BoardColumn(Forecaster, Taken(Questions)!, Taken(Scores)!, Taken(Coverages)!, Taken(all), Taken(OnSharedTime));

        T[]? Taken<T>(T[]? column) => column is null ? null : Array.ConvertAll(kept, i => column[i]);
    }
}

/// <summary>
/// The scores of a board in columns. Names stand once, so that a score takes twenty bytes, and eight or sixteen more beside a reference: a board of a million
/// scores is read and ranked in some tens of megabytes. The arrays are not copied, and never written to.
/// </summary>
public sealed class BoardTable
{
    /// <summary>A table of columns.</summary>
    /// <param name="questions">The questions' names in rising ordinal order, each once.</param>
    /// <param name="groups">Each question's group, which is resampled whole; null where it stands alone.</param>
    /// <param name="columns">The forecasters in rising ordinal order, each once.</param>
    public BoardTable(IReadOnlyList<string> questions, IReadOnlyList<string?> groups, IReadOnlyList<BoardColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentNullException.ThrowIfNull(groups);
        (Questions, Columns) = (questions, columns);
        Groups = Comparison.QuestionGroups.Number(groups, group => group);
        HasGroups = groups.Any(group => group is not null);
    }

    /// <summary>The questions' names in rising ordinal order.</summary>
    public IReadOnlyList<string> Questions { get; }

    /// <summary>The forecasters' scores, by name.</summary>
    public IReadOnlyList<BoardColumn> Columns { get; }

    /// <summary>Each question's group, numbered from 0.</summary>
    internal int[] Groups { get; }

    /// <summary>Whether any question is in a group with others.</summary>
    internal bool HasGroups { get; }

    /// <summary>The table of scores in any order.</summary>
    /// <exception cref="ArgumentException">A forecaster has two scores on a question, a score is not finite, or a coverage not in [0, 1].</exception>
    public static BoardTable Of(IEnumerable<BoardScore> scores)
    {
        var all = scores.ToArray();
        Array.Sort(
            all,
            (a, b) =>
                string.CompareOrdinal(a.Forecaster.Value, b.Forecaster.Value) is var by and not 0
                    ? by
                    : string.CompareOrdinal(a.Question.Value, b.Question.Value)
        );
        var names = all.Select(s => s.Question.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var places = names.Index().ToDictionary(n => n.Item, n => n.Index, StringComparer.Ordinal);
        var groups = new string?[names.Length];
        foreach (var score in all)
            groups[places[score.Question.Value]] = score.Group;
        var columns = all.GroupBy(s => s.Forecaster.Value, StringComparer.Ordinal).Select(own => Column(own.Key, [.. own], places));
        return new BoardTable(names, groups, [.. columns]);
    }

    private static BoardColumn Column(string forecaster, BoardScore[] scores, Dictionary<string, int> places) =>
        new(
            forecaster,
            Array.ConvertAll(scores, s => places[s.Question.Value]),
            Array.ConvertAll(scores, s => s.Score),
            Array.ConvertAll(scores, s => s.Coverage),
            Array.ConvertAll(scores, s => s.Reference ?? double.NaN),
            scores.Any(s => s.OnSharedTime is not null) ? Array.ConvertAll(scores, s => s.OnSharedTime ?? double.NaN) : null
        );
}
