using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>
/// Gathers one forecaster's standing forecasts, question by question, into a sample in which every question weighs 1: a hundred revisions
/// of one question are one question. The order in which questions and intervals are added changes nothing.
/// </summary>
public sealed class CalibrationSampleBuilder
{
    private readonly SortedDictionary<string, WeightedForecast[]> _questions = new(StringComparer.Ordinal);

    /// <summary>
    /// Adds a resolved question. A binary question is one statement (yes) for each probability that stood, weighted by the share of the time in
    /// which it stood. A question of K options is K such statements of weight 1/K each. Intervals with the same probability are one
    /// statement. If no interval has a length, nothing is added.
    /// </summary>
    /// <param name="question">The question's name, which orders the sample.</param>
    /// <param name="isBinary">Whether the options are yes (index 0) and no, which are one statement, not two.</param>
    /// <param name="trueOption">The index of the option that came true.</param>
    /// <param name="forecasts">The stretches in which a forecast stood; they do not overlap.</param>
    /// <returns>Whether anything was added.</returns>
    /// <exception cref="ArgumentException">The question is there already, or a forecast does not fit it.</exception>
    public bool Add(string question, bool isBinary, int trueOption, IEnumerable<StandingProbabilities> forecasts)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(forecasts);
        if (_questions.ContainsKey(question))
            throw new ArgumentException($"Question {question} has been added already.", nameof(question));
        var ticks = new Dictionary<(double Start, double Forecast, bool Happened), long>();
        var options = 0;
        long total = 0;
        foreach (var standing in forecasts)
        {
            var length = standing.Until.UtcTicks - standing.From.UtcTicks;
            if (length <= 0)
                continue;
            options = CheckedOptions(standing, isBinary, trueOption, options);
            total += length;
            double start = 0;
            for (var option = 0; option < (isBinary ? 1 : options); option++)
            {
                // Forecasters write decimals: 0.3 and 0.30000000000000004 are the same forecast.
                var p = Decimals.Rounded(standing.Probabilities[option]);
                var key = (start, p, option == trueOption);
                ticks[key] = ticks.GetValueOrDefault(key) + length;
                start += p;
            }
        }

        if (total == 0)
            return false;
        var share = (double)total * (isBinary ? 1 : options);
        var statements = ticks.Select(e => new WeightedForecast(e.Key.Forecast, e.Value / share, e.Key.Happened, e.Key.Start)).ToArray();
        Array.Sort(statements, (a, b) => (a.Forecast, a.Start, a.Happened).CompareTo((b.Forecast, b.Start, b.Happened)));
        _questions.Add(question, statements);
        return true;
    }

    /// <summary>The sample of all questions added so far, ordered by their names.</summary>
    public CalibrationSample Build()
    {
        var count = _questions.Values.Sum(s => s.Length);
        var (forecasts, weights, starts) = (new double[count], new double[count], new double[count]);
        var outcomes = new bool[count];
        var questions = new int[count];
        int i = 0,
            question = 0;
        foreach (var statements in _questions.Values)
        {
            foreach (var statement in statements)
            {
                (forecasts[i], weights[i], outcomes[i], starts[i]) = statement;
                questions[i++] = question;
            }

            question++;
        }

        return new CalibrationSample(forecasts, weights, outcomes, questions, starts);
    }

    private static int CheckedOptions(StandingProbabilities standing, bool isBinary, int trueOption, int expected)
    {
        var options = standing.Probabilities.Length;
        if (options < 2 || (isBinary && options != 2) || (expected != 0 && options != expected))
        {
            throw new ArgumentException($"A forecast has {options} options, the question another number.", nameof(standing));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(trueOption);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(trueOption, options);
        return options;
    }

    private readonly record struct WeightedForecast(double Forecast, double Weight, bool Happened, double Start);
}
