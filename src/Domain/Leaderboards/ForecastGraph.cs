using Domain.Questions;
using Domain.Statistics;

namespace Domain.Leaderboards;

/// <summary>The graph whose edges are scores, between forecasters and questions, and its connected parts.</summary>
internal sealed class ForecastGraph
{
    private readonly AdjustableScore[] _scores;
    private readonly Dictionary<string, int> _questions = new(StringComparer.Ordinal);
    private readonly int[] _forecasterOf;
    private readonly int[] _questionOf;
    private readonly int _forecasters;
    private readonly int[] _componentOfQuestion;

    /// <param name="scores">By forecaster, then by question.</param>
    public ForecastGraph(AdjustableScore[] scores)
    {
        _scores = scores;
        foreach (var name in scores.Select(s => s.Question.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            _questions.Add(name, _questions.Count);
        (_forecasterOf, _questionOf) = (new int[scores.Length], new int[scores.Length]);
        for (var i = 0; i < scores.Length; i++)
        {
            if (i > 0 && scores[i].Forecaster != scores[i - 1].Forecaster)
                _forecasters++;
            (_forecasterOf[i], _questionOf[i]) = (_forecasters, _questions[scores[i].Question.Value]);
        }

        if (scores.Length > 0)
            _forecasters++;
        (_componentOfQuestion, Components) = Connect();
    }

    /// <summary>How many connected parts; numbered by falling number of scores, ties by the first question.</summary>
    public int Components { get; }

    /// <summary>The part that a question is in; null for a question without scores.</summary>
    public int? ComponentOf(QuestionSlug question) => _questions.TryGetValue(question.Value, out var at) ? _componentOfQuestion[at] : null;

    /// <summary>The questions of part 0 with their least-squares effects, which average 0.</summary>
    public Dictionary<string, double> QuestionEffectsOfLargest()
    {
        var edges = new List<int>();
        for (var i = 0; i < _scores.Length; i++)
        {
            if (_componentOfQuestion[_questionOf[i]] == 0)
                edges.Add(i);
        }

        var effects = Solve(edges);
        var inLargest = _questions.Where(q => _componentOfQuestion[q.Value] == 0).ToArray();
        var mean = CompensatedSum.Of(inLargest.Select(q => effects[q.Value]).ToArray()) / Math.Max(1, inLargest.Length);
        return inLargest.ToDictionary(q => q.Key, q => effects[q.Value] - mean, StringComparer.Ordinal);
    }

    // Question effects out of the normal equations, then conjugate gradients on the forecasters' Laplacian L = D − A·Dq⁻¹·Aᵀ, preconditioned by D. Its null
    // space, a constant on the connected part, is orthogonal to every right-hand side and so never enters.
    private double[] Solve(List<int> edges)
    {
        var degree = new double[_forecasters];
        var questionDegree = new double[_questions.Count];
        var questionSums = new CompensatedSum[_questions.Count];
        foreach (var edge in edges)
        {
            degree[_forecasterOf[edge]]++;
            questionDegree[_questionOf[edge]]++;
            questionSums[_questionOf[edge]].Add(_scores[edge].Score);
        }

        var residual = new double[_forecasters];
        foreach (var edge in edges)
            residual[_forecasterOf[edge]] += _scores[edge].Score - questionSums[_questionOf[edge]].Value / questionDegree[_questionOf[edge]];
        var solution = new double[_forecasters];
        var direction = new double[_forecasters];
        var image = new double[_forecasters];
        var means = new double[_questions.Count];
        for (var i = 0; i < direction.Length; i++)
            direction[i] = degree[i] > 0 ? residual[i] / degree[i] : 0;
        var size = Product(residual, residual, degree);
        var scale = 0.0;
        foreach (var edge in edges)
            scale = Math.Max(scale, Math.Abs(_scores[edge].Score));
        var enough = 1e-30 * (edges.Count + 1) * scale * scale;
        for (var step = 0; step < 10 * _forecasters + 100 && size > enough; step++)
        {
            Array.Clear(means);
            foreach (var edge in edges)
                means[_questionOf[edge]] += direction[_forecasterOf[edge]];
            for (var q = 0; q < means.Length; q++)
                means[q] = questionDegree[q] > 0 ? means[q] / questionDegree[q] : 0;
            Array.Clear(image);
            foreach (var edge in edges)
                image[_forecasterOf[edge]] += direction[_forecasterOf[edge]] - means[_questionOf[edge]];
            var curvature = CompensatedSum.Of(Array.ConvertAll(Enumerable.Range(0, image.Length).ToArray(), i => direction[i] * image[i]));
            if (!(curvature > 0))
                break;
            var length = size / curvature;
            for (var i = 0; i < solution.Length; i++)
            {
                solution[i] += length * direction[i];
                residual[i] -= length * image[i];
            }

            var next = Product(residual, residual, degree);
            for (var i = 0; i < direction.Length; i++)
                direction[i] = (degree[i] > 0 ? residual[i] / degree[i] : 0) + next / size * direction[i];
            size = next;
        }

        var left = new CompensatedSum[_questions.Count];
        foreach (var edge in edges)
            left[_questionOf[edge]].Add(_scores[edge].Score - solution[_forecasterOf[edge]]);
        return Array.ConvertAll(Enumerable.Range(0, left.Length).ToArray(), q => questionDegree[q] > 0 ? left[q].Value / questionDegree[q] : 0);
    }

    private static double Product(double[] a, double[] b, double[] degree)
    {
        var sum = new CompensatedSum();
        for (var i = 0; i < a.Length; i++)
        {
            if (degree[i] > 0)
                sum.Add(a[i] * b[i] / degree[i]);
        }

        return sum.Value;
    }

    private (int[] ComponentOfQuestion, int Count) Connect()
    {
        var parent = new int[_forecasters + _questions.Count];
        for (var i = 0; i < parent.Length; i++)
            parent[i] = i;
        for (var i = 0; i < _scores.Length; i++)
        {
            var (a, b) = (Root(parent, _forecasterOf[i]), Root(parent, _forecasters + _questionOf[i]));
            parent[Math.Max(a, b)] = Math.Min(a, b);
        }

        var edges = new Dictionary<int, int>();
        for (var i = 0; i < _scores.Length; i++)
        {
            var root = Root(parent, _forecasterOf[i]);
            edges[root] = edges.GetValueOrDefault(root) + 1;
        }

        var firstQuestion = new Dictionary<int, int>();
        for (var q = 0; q < _questions.Count; q++)
            firstQuestion.TryAdd(Root(parent, _forecasters + q), q);
        var numbers = edges
            .OrderByDescending(e => e.Value)
            .ThenBy(e => firstQuestion[e.Key])
            .Select((e, i) => (e.Key, Number: i))
            .ToDictionary(e => e.Key, e => e.Number);
        var result = new int[_questions.Count];
        for (var q = 0; q < result.Length; q++)
            result[q] = numbers[Root(parent, _forecasters + q)];
        return (result, numbers.Count);
    }

    private static int Root(int[] parent, int node)
    {
        while (parent[node] != node)
        {
            parent[node] = parent[parent[node]];
            node = parent[node];
        }

        return node;
    }
}
