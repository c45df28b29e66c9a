using Domain.Statistics;

namespace Domain.Leaderboards;

/// <summary>The graph whose edges are scores, between forecasters and questions, and its connected parts.</summary>
internal sealed class ForecastGraph
{
    private readonly double[] _scores;
    private readonly int[] _forecasterOf;
    private readonly int[] _questionOf;
    private readonly int _forecasters;
    private readonly int[] _places;
    private readonly int[] _questions;
    private readonly int[] _componentOfQuestion;

    /// <param name="columns">The forecasters, each with scores, by name.</param>
    /// <param name="questions">How many questions the board has; those without a score are in no part.</param>
    public ForecastGraph(IReadOnlyList<BoardColumn> columns, int questions)
    {
        _forecasters = columns.Count;
        _scores = [.. columns.SelectMany(c => c.Scores)];
        (_forecasterOf, _questionOf) = (new int[_scores.Length], new int[_scores.Length]);
        _places = new int[questions];
        Array.Fill(_places, -1);
        foreach (var column in columns)
        {
            foreach (var question in column.Questions)
                _places[question] = 0;
        }

        _questions = [.. Enumerable.Range(0, questions).Where(q => _places[q] == 0)];
        for (var place = 0; place < _questions.Length; place++)
            _places[_questions[place]] = place;
        var edge = 0;
        foreach (var (forecaster, column) in columns.Index())
        {
            foreach (var question in column.Questions)
                (_forecasterOf[edge], _questionOf[edge++]) = (forecaster, _places[question]);
        }

        (_componentOfQuestion, Components) = Connect();
    }

    /// <summary>How many connected parts; numbered by falling number of scores, ties by the first question.</summary>
    public int Components { get; }

    /// <summary>The part that a question is in; null for a question without scores.</summary>
    public int? ComponentOf(int question) => _places[question] < 0 ? null : _componentOfQuestion[_places[question]];

    /// <summary>By question, its least-squares effect where it is in part 0, whose effects average 0; elsewhere not a number.</summary>
    public double[] QuestionEffectsOfLargest()
    {
        var edges = new List<int>();
        for (var i = 0; i < _scores.Length; i++)
        {
            if (_componentOfQuestion[_questionOf[i]] == 0)
                edges.Add(i);
        }

        var effects = Solve(edges);
        var inLargest = Enumerable.Range(0, _questions.Length).Where(q => _componentOfQuestion[q] == 0).ToArray();
        var mean = CompensatedSum.Of(Array.ConvertAll(inLargest, q => effects[q])) / Math.Max(1, inLargest.Length);
        var all = new double[_places.Length];
        Array.Fill(all, double.NaN);
        foreach (var q in inLargest)
            all[_questions[q]] = effects[q] - mean;
        return all;
    }

    // Question effects out of the normal equations, then conjugate gradients on the forecasters' Laplacian L = D − A·Dq⁻¹·Aᵀ, preconditioned by D. Its null
    // space, a constant on the connected part, is orthogonal to every right-hand side and so never enters.
    private double[] Solve(List<int> edges)
    {
        var degree = new double[_forecasters];
        var questionDegree = new double[_questions.Length];
        var questionSums = new CompensatedSum[_questions.Length];
        foreach (var edge in edges)
        {
            degree[_forecasterOf[edge]]++;
            questionDegree[_questionOf[edge]]++;
            questionSums[_questionOf[edge]].Add(_scores[edge]);
        }

        var residual = new double[_forecasters];
        foreach (var edge in edges)
            residual[_forecasterOf[edge]] += _scores[edge] - questionSums[_questionOf[edge]].Value / questionDegree[_questionOf[edge]];
        var solution = new double[_forecasters];
        var direction = new double[_forecasters];
        var image = new double[_forecasters];
        var means = new double[_questions.Length];
        for (var i = 0; i < direction.Length; i++)
            direction[i] = degree[i] > 0 ? residual[i] / degree[i] : 0;
        var size = Product(residual, residual, degree);
        var scale = 0.0;
        foreach (var edge in edges)
            scale = Math.Max(scale, Math.Abs(_scores[edge]));
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

        var left = new CompensatedSum[_questions.Length];
        foreach (var edge in edges)
            left[_questionOf[edge]].Add(_scores[edge] - solution[_forecasterOf[edge]]);
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
        var parent = new int[_forecasters + _questions.Length];
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
        for (var q = 0; q < _questions.Length; q++)
            firstQuestion.TryAdd(Root(parent, _forecasters + q), q);
        var numbers = edges
            .OrderByDescending(e => e.Value)
            .ThenBy(e => firstQuestion[e.Key])
            .Select((e, i) => (e.Key, Number: i))
            .ToDictionary(e => e.Key, e => e.Number);
        var result = new int[_questions.Length];
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
