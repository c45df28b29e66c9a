using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>
/// Weighted statements "this will happen with probability x", each with what happened. Every calibration statistic is computed from them.
/// They are kept as flat arrays, because a sample may have millions of statements. The arrays are not copied, and never written to.
/// </summary>
public sealed class CalibrationSample
{
    private readonly double[] _forecasts;
    private readonly double[] _weights;
    private readonly bool[] _outcomes;
    private readonly int[] _questions;
    private readonly double[]? _starts;
    private readonly Lazy<OrderedStatements> _ordered;

    /// <summary>A sample of as many statements as the arrays are long.</summary>
    /// <param name="forecasts">The probability that each statement gives to its event, in [0, 1].</param>
    /// <param name="weights">What each statement weighs, above 0; a question's statements weigh 1 together.</param>
    /// <param name="outcomes">Whether each event happened.</param>
    /// <param name="questions">Each statement's question, numbered from 0; what is on one question hangs together.</param>
    /// <param name="starts">
    /// Where each statement's slice of the question's uniform draw u begins: in a simulation under calibration its event happens when
    /// start ≤ u &lt; start + forecast. All 0 (null) for binary questions; for the options of a multiple-choice question the sum of the
    /// probabilities of the options before it, so that one u makes exactly one option come true.
    /// </param>
    /// <exception cref="ArgumentException">Lengths differ, or a value is out of its range.</exception>
    public CalibrationSample(double[] forecasts, double[] weights, bool[] outcomes, int[] questions, double[]? starts = null)
    {
        ArgumentNullException.ThrowIfNull(forecasts);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(outcomes);
        ArgumentNullException.ThrowIfNull(questions);
        var n = forecasts.Length;
        if (weights.Length != n || outcomes.Length != n || questions.Length != n || (starts is not null && starts.Length != n))
        {
            throw new ArgumentException("Every statement has a forecast, a weight, an outcome and a question.", nameof(forecasts));
        }

        var last = -1;
        var weight = new CompensatedSum();
        for (var i = 0; i < n; i++)
        {
            if (!(forecasts[i] >= 0 && forecasts[i] <= 1))
                throw new ArgumentException($"Forecast {i} is {forecasts[i]}, not in [0, 1].", nameof(forecasts));
            if (!(weights[i] > 0 && double.IsFinite(weights[i])))
                throw new ArgumentException($"Weight {i} is {weights[i]}, not above 0.", nameof(weights));
            if (questions[i] < 0)
                throw new ArgumentException($"Question {i} is {questions[i]}, below 0.", nameof(questions));
            last = Math.Max(last, questions[i]);
            weight.Add(weights[i]);
        }

        var present = new bool[last + 1];
        foreach (var question in questions)
            present[question] = true;
        (_forecasts, _weights, _outcomes, _questions, _starts) = (forecasts, weights, outcomes, questions, starts);
        QuestionSlots = last + 1;
        QuestionCount = present.AsSpan().Count(true);
        Weight = weight.Value;
        _ordered = new Lazy<OrderedStatements>(() => new OrderedStatements(this));
    }

    /// <summary>The number of statements.</summary>
    public int Count => _forecasts.Length;

    /// <summary>The number of questions that have statements.</summary>
    public int QuestionCount { get; }

    /// <summary>All weights together: the number of questions, where each weighs 1.</summary>
    public double Weight { get; }

    /// <summary>The probabilities stated.</summary>
    public ReadOnlySpan<double> Forecasts => _forecasts;

    /// <summary>What the statements weigh.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Whether the statements' events happened.</summary>
    public ReadOnlySpan<bool> Outcomes => _outcomes;

    /// <summary>The statements' questions.</summary>
    public ReadOnlySpan<int> Questions => _questions;

    /// <summary>One more than the largest question number.</summary>
    internal int QuestionSlots { get; }

    internal OrderedStatements Ordered => _ordered.Value;

    internal double StartOf(int statement) => _starts is null ? 0 : _starts[statement];

    /// <summary>A sample of binary questions with one statement each, of weight 1.</summary>
    public static CalibrationSample OneForecastAQuestion(double[] forecasts, bool[] outcomes)
    {
        ArgumentNullException.ThrowIfNull(forecasts);
        var weights = new double[forecasts.Length];
        var questions = new int[forecasts.Length];
        Array.Fill(weights, 1);
        for (var i = 0; i < questions.Length; i++)
            questions[i] = i;
        return new CalibrationSample(forecasts, weights, outcomes, questions);
    }

    /// <summary>
    /// The sample of a perfectly calibrated forecaster: binary questions whose chance is uniform on [0, 1], each forecast at equal times
    /// with probabilities near it, and outcomes drawn from the question's chance. The same arguments give the same sample.
    /// </summary>
    /// <param name="questions">How many questions.</param>
    /// <param name="revisions">How many statements a question has, each of weight 1/revisions.</param>
    /// <param name="seed">Decides everything that is random.</param>
    /// <param name="spread">How far, at most, a statement lies from the question's chance; 0 makes the sample calibrated.</param>
    public static CalibrationSample Simulated(int questions, int revisions = 1, ulong seed = 1, double spread = 0)
    {
        var n = checked(questions * revisions);
        var forecasts = new double[n];
        var weights = new double[n];
        var outcomes = new bool[n];
        var of = new int[n];
        for (var question = 0; question < questions; question++)
        {
            var stream = CounterRandom.Stream(seed, question);
            var chance = CounterRandom.Uniform(stream, 0);
            var happened = CounterRandom.Uniform(stream, 1) < chance;
            for (var revision = 0; revision < revisions; revision++)
            {
                var i = question * revisions + revision;
                forecasts[i] = Math.Clamp(chance + spread * (2 * CounterRandom.Uniform(stream, 2 + revision) - 1), 0, 1);
                weights[i] = 1.0 / revisions;
                outcomes[i] = happened;
                of[i] = question;
            }
        }

        return new CalibrationSample(forecasts, weights, outcomes, of);
    }
}
