using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Rules;

namespace Domain.Tests.Scoring.Plain;

/// <summary>
/// Where a quantile of a consensus is read. Where its function is flat at a level, the quantile jumps there, and the last bit of a median decides where on
/// the stretch it is read, at each instant anew. The places of the least and of the most loss bound whatever was read.
/// </summary>
internal enum JumpSide
{
    AsRead,
    LeastLoss,
    MostLoss,
}

/// <summary>What <see cref="PlainScoring"/> finds for one forecaster.</summary>
internal sealed record PlainRow(double Coverage, IReadOnlyDictionary<string, double?> Scores);

/// <summary>
/// The scoring rules once more, from their description and from nothing else: slow, without a running sum or a shortcut, sharing no code with
/// what the product scores by. At each of a question's instants it asks everybody what they say and works everything out anew.
/// </summary>
internal sealed class PlainScoring
{
    private static readonly string[] Methods = ["median", "mean", "geometric-mean-of-odds", "extremized", "recency-weighted", "skill-weighted"];
    private static readonly string[] References = ["uniform", "base-rate", "status-quo", "constant-hazard"];
    private const long Day = TimeSpan.TicksPerDay;

    /// <summary>More than rounding moves a level by, and less than two levels are apart.</summary>
    private const double LastBits = 1e-11;
    private readonly ScoringInput _input;
    private readonly ResolvedQuestion _q;
    private readonly long _t0;
    private readonly long _close;
    private readonly long _t1;
    private readonly List<long> _instants;

    private readonly JumpSide _side;

    private PlainScoring(ScoringInput input, JumpSide side)
    {
        (_input, _q, _side) = (input, input.Question, side);
        (_t0, _close) = (_q.OpensAt.UtcTicks, _q.ClosesAt.UtcTicks);
        _t1 = Math.Max(_t0, Math.Min(_close, _q.KnownAt.UtcTicks));
        var months = Enumerable.Range(0, 1200).Select(m => new DateTime(_q.OpensAt.UtcDateTime.Year, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(m).Ticks);
        _instants =
        [
            .. input
                .Forecasts.SelectMany(f => f.Steps)
                .SelectMany(s => new[] { s.MadeAt.UtcTicks, s.ExpiresAt?.UtcTicks ?? _t0, (s.Prediction as Prediction.Sealed)?.RevealedAt?.UtcTicks ?? _t0 })
                .Concat(input.EarlierScores.Select(e => e.KnownAt.UtcTicks + 1))
                .Concat(input.EarlierOutcomes.Select(e => e.KnownAt.UtcTicks + 1))
                .Concat(months)
                .Append(_t0)
                .Append(_t1)
                .Where(t => t >= _t0 && t <= _t1)
                .Distinct()
                .Order(),
        ];
    }

    /// <summary>Whether a row is scored here: that of an analyst, or of a method or a reference that is defined here.</summary>
    public static bool Defines(string forecaster) =>
        forecaster.Split(':', 2) switch
        {
            ["consensus", var method] => Methods.Contains(method),
            ["reference", var reference] => References.Contains(reference),
            _ => true,
        };

    /// <param name="input">What is scored.</param>
    /// <param name="side">Where a quantile of a consensus is read at which its function is flat.</param>
    public static SortedDictionary<string, PlainRow> Score(ScoringInput input, JumpSide side = JumpSide.AsRead)
    {
        var plain = new PlainScoring(input, side);
        var rows = new SortedDictionary<string, PlainRow>(StringComparer.Ordinal);
        foreach (var f in input.Forecasts)
            rows[f.Forecaster] = plain.Row(t => plain.Stated(f, t)?.Says, t => Counts(f.Kind) && plain.Stated(f, t)?.IsOpen == true);
        foreach (var method in Methods)
        {
            if (plain._q.Range is not null && (method == "geometric-mean-of-odds" || method == "extremized"))
                continue;
            if (plain._instants.Any(t => t < plain._t1 && plain.Consensus(method, t) is not null))
                rows[$"consensus:{method}"] = plain.Row(t => plain.Consensus(method, t), _ => false);
        }

        foreach (var reference in References)
        {
            if (plain.Reference(reference, plain._t0) is not null)
                rows[$"reference:{reference}"] = plain.Row(t => plain.Reference(reference, t), _ => false);
        }

        return rows;
    }

    private static bool Counts(ForecasterKind kind) => kind == ForecasterKind.Person || kind == ForecasterKind.Bot;

    /// <summary>Everything about one who says <paramref name="says"/> at each instant of the window (probabilities, a curve, or null).</summary>
    private PlainRow Row(Func<long, object?> says, Func<long, bool> isPeer)
    {
        double stood = 0,
            lifetime = _close - _t0;
        foreach (var (from, to) in Intervals())
            stood += says(from) is null ? 0 : to - from;
        var scores = new Dictionary<string, double?>();
        var last = _t1 > _t0 ? says(_t1 - 1) : null;
        var days = Days();
        foreach (var (name, rule) in Rules())
        {
            double integral = 0;
            foreach (var (from, to) in Intervals())
                integral += says(from) is { } p ? (to - from) * rule(p) : 0;
            scores[$"{name}.final"] = last is null ? null : Defined(rule(last));
            scores[$"{name}.timeAveraged"] = stood > 0 ? Defined(integral / stood) : null;
            var daily = days.Select(end => says(end - 1)).Where(p => p is not null).Select(p => rule(p!)).ToList();
            scores[$"{name}.dailyAveraged"] = daily.Count > 0 ? Defined(daily.Sum() / daily.Count) : null;
        }

        double baseline = 0,
            peer = 0;
        foreach (var (from, to) in Intervals())
        {
            if (says(from) is not { } p)
                continue;
            baseline += (to - from) / lifetime * Baseline(p);
            peer += (to - from) / lifetime * Peer(p, from, isPeer(from));
        }

        scores["baseline"] = stood > 0 ? baseline : null;
        scores["peer"] = stood > 0 ? peer : null;

        // What stood just before it, a tick being the shortest time there is.
        var at = Math.Min(_q.SpotAt?.UtcTicks ?? (_t0 + _close) / 2, _t1) - 1;
        var then = at >= _t0 && at < _t1 ? says(at) : null;
        scores["spotBaseline"] = then is null ? null : Baseline(then);
        scores["spotPeer"] = then is null ? null : Peer(then, at, isPeer(at));

        if (_q.Range is null)
        {
            double relative = 0;
            foreach (var end in days)
            {
                if (says(end - 1) is not { } own)
                    continue;
                var crowd = _input
                    .Forecasts.Where(f => Counts(f.Kind))
                    .Select(f => Stated(f, end - 1))
                    .Where(f => f is { IsOpen: true })
                    .Select(f => DayRule(f!.Value.Says))
                    .Order()
                    .ToArray();
                if (crowd.Length > 0)
                    relative += DayRule(own) - ((crowd[(crowd.Length - 1) / 2] + crowd[crowd.Length / 2]) / 2);
            }

            scores["relativeBrier"] = stood > 0 && days.Count > 0 ? relative / days.Count : null;
        }

        return new PlainRow(stood / lifetime, scores);
    }

    private static double? Defined(double score) => double.IsNaN(score) ? null : score;

    private IEnumerable<(long From, long To)> Intervals() => _instants.Zip(_instants.Skip(1));

    /// <summary>The ends of the UTC days that lie in the window whole.</summary>
    private List<long> Days()
    {
        var ends = new List<long>();
        for (var day = _t0 / Day * Day; day + Day <= _t1; day += Day)
        {
            if (day >= _t0)
                ends.Add(day + Day);
        }

        return ends;
    }

    /// <summary>
    /// What one says at an instant. A seal says what was sealed, or nothing in particular (the same for every outcome) while it is not revealed; it is open to
    /// the crowd from its revelation on, and as new as that.
    /// </summary>
    private (object Says, long MadeAt, bool IsOpen)? Stated(ForecastTimeline timeline, long instant)
    {
        ForecastStep? latest = null;
        foreach (var step in timeline.Steps)
        {
            if (step.MadeAt.UtcTicks > instant)
                continue;
            if (latest is not { } l || step.MadeAt > l.MadeAt || (step.MadeAt == l.MadeAt && step.Sequence > l.Sequence))
                latest = step;
        }

        if (latest is not { Prediction: { } prediction } standing || standing.ExpiresAt?.UtcTicks <= instant)
            return null;
        var (madeAt, isOpen) = (standing.MadeAt.UtcTicks, true);
        if (prediction is Prediction.Sealed seal)
        {
            prediction = seal.Revealed ?? Even();
            isOpen = seal.RevealedAt?.UtcTicks <= instant;
            madeAt = isOpen ? Math.Max(madeAt, seal.RevealedAt!.Value.UtcTicks) : madeAt;
        }

        object says = prediction is Prediction.Categorical c ? c.Probabilities.ToArray() : PlainCurve.Of((Prediction.Quantiles)prediction, _q.Range!);
        return (prediction is Prediction.Quantiles q ? new StatedCurve((PlainCurve)says, [.. q.Points.Select(x => (x.Level, x.Value))]) : says, madeAt, isOpen);
    }

    /// <summary>1/K for each option; on a range the same everywhere, and 0.05 beyond each open end.</summary>
    private Prediction Even() =>
        _q.Range is { } range
            ? new Prediction.Quantiles([new Quantile(range.OpenLower ? 0.05 : 0, range.Min), new Quantile(range.OpenUpper ? 0.95 : 1, range.Max)])
            : new Prediction.Categorical([.. Enumerable.Range(0, _q.OptionCount).Select(_ => 1.0 / _q.OptionCount)]);

    private double LogP(object says)
    {
        if (says is double[] p)
            return p.Select((x, k) => Degrees[k] * Math.Log(Math.Min(Math.Max(x, 0.001), 0.999))).Sum();
        return Math.Log(Math.Max(Curve(says).BinOf(Point), 0.00001));
    }

    private double Baseline(object says)
    {
        if (says is double[] p)
            return 100 * (LogP(says) + Math.Log(p.Length)) / Math.Log(p.Length);
        var range = _q.Range!;
        var open = (range.OpenLower ? 1 : 0) + (range.OpenUpper ? 1 : 0);
        var reference = Point < range.Min || Point > range.Max ? 0.05 : (1 - (0.05 * open)) / 200;
        return 100 * Math.Log(Math.Exp(LogP(says)) / reference) / 2;
    }

    /// <summary>100·N/(N−1)·ln(p/GM), the scored one among the N; halved for distributions.</summary>
    private double Peer(object says, long instant, bool isPeer)
    {
        var logs = _input
            .Forecasts.Where(f => Counts(f.Kind))
            .Select(f => Stated(f, instant))
            .Where(f => f is { IsOpen: true })
            .Select(f => LogP(f!.Value.Says))
            .ToList();
        if (!isPeer)
            logs.Add(LogP(says));
        double n = logs.Count;
        if (n < 2)
            return 0;
        return (_q.Range is null ? 100 : 50) * (n / (n - 1)) * (LogP(says) - (logs.Sum() / n));
    }

    private List<(string Name, Func<object, double> Rule)> Rules()
    {
        if (_q.Range is not null)
            return [("crps", p => Curve(p).Crps(Point)), ("pinball", Pinball)];
        var rules = new List<(string, Func<object, double>)>
        {
            ("brier", p => Gjp((double[])p) / 2),
            ("brierGjp", p => Gjp((double[])p)),
            ("log", p => -LogP(p)),
            ("spherical", p => ((double[])p).Select((x, k) => Degrees[k] * x).Sum() / Math.Sqrt(((double[])p).Sum(x => x * x))),
        };
        if (_q.Type == QuestionType.Ordered)
            rules.Add(("brierOrdered", DayRule));
        // A rule that is written nowhere here is taken at its word, and its expectation where the outcome is partial: what is checked of it is all that is
        // made of it.
        var others = ScoringRules.All.Where(r =>
            r.Categorical is not null && r.AppliesTo.Contains(_q.Type) && rules.TrueForAll(known => known.Item1 != r.Name)
        );
        rules.AddRange(others.Select(r => (r.Name, (Func<object, double>)(p => Degrees.Select((d, k) => d * r.Categorical!((double[])p, k)).Sum()))).ToList());
        return rules;
    }

    private double Gjp(double[] p) => p.Select((x, k) => (x - Degrees[k]) * (x - Degrees[k])).Sum();

    private double DayRule(object says)
    {
        var p = (double[])says;
        if (_q.Type != QuestionType.Ordered)
            return Gjp(p);
        double sum = 0;
        for (var split = 1; split < p.Length; split++)
        {
            var low = p[..split].Sum();
            var miss = low - Degrees[..split].Sum();
            // Both sides of the split: what is missed below is missed above.
            sum += (miss * miss) + (miss * miss);
        }

        return sum / (p.Length - 1);
    }

    private double Pinball(object says)
    {
        var least = ((StatedCurve)says)
            .Quantiles.Where(q => q.Level > 0 && q.Level < 1)
            .GroupBy(q => (decimal)q.Level)
            .Select(g => g.MinBy(q => q.Value))
            .ToList();
        return least.Count == 0 ? double.NaN : least.Average(q => QuantileLoss(q.Level, q.Value));
    }

    private double QuantileLoss(double level, double value) => Point >= value ? level * (Point - value) : (1 - level) * (value - Point);

    /// <summary>The quantile of a consensus, on the side of a jump that is asked for.</summary>
    private double Quantile(PlainCurve curve, double level)
    {
        var (lower, upper) = (curve.Quantile(Math.Max(level - LastBits, 0)), curve.Quantile(Math.Min(level + LastBits, 1)));
        return _side switch
        {
            JumpSide.AsRead => curve.Quantile(level),
            JumpSide.LeastLoss => Math.Clamp(Point, lower, upper),
            JumpSide.MostLoss => QuantileLoss(level, lower) > QuantileLoss(level, upper) ? lower : upper,
        };
    }

    private object? Consensus(string method, long instant)
    {
        var oldestFirst = _input
            .Forecasts.Where(f => Counts(f.Kind))
            .Select(f => (f.Forecaster, Now: Stated(f, instant)))
            .Where(f => f.Now is { IsOpen: true })
            .OrderBy(f => f.Now!.Value.MadeAt)
            .ThenBy(f => f.Forecaster, StringComparer.Ordinal)
            .ToList();
        var n = oldestFirst.Count;
        if (n == 0)
            return null;
        var weights = Enumerable.Repeat(1.0, n).ToArray();
        for (var i = 1; i <= n; i++)
        {
            if (method == "recency-weighted" && n > 2)
                weights[i - 1] = Math.Exp(Math.Sqrt(i) - Math.Sqrt(n));
            if (method != "skill-weighted")
                continue;
            var age = (instant - oldestFirst[i - 1].Now!.Value.MadeAt) / (double)(_close - _t0);
            weights[i - 1] = Math.Pow(Math.Exp(-age / 2) * Math.Sqrt(Skill(oldestFirst[i - 1].Forecaster, instant)), 6);
        }

        Func<double[], double> combine = method switch
        {
            "median" or "recency-weighted" => v => Median(v, weights),
            "mean" or "skill-weighted" => v => v.Zip(weights, (x, w) => x * w).Sum() / weights.Sum(),
            "geometric-mean-of-odds" => v => Sigmoid(v.Average(Logit)),
            _ => v => Sigmoid((n == 1 ? 1 : n * (Math.Sqrt((3.0 * n * n) - (3 * n) + 1) - 2) / ((n * n) - n - 1)) * v.Average(Logit)),
        };
        if (_q.Range is not null)
        {
            // A consensus is asked for the levels that those who stand have stated.
            var curve = PlainCurve.Combined([.. oldestFirst.Select(f => Curve(f.Now!.Value.Says))], combine);
            var levels = oldestFirst
                .SelectMany(f => ((StatedCurve)f.Now!.Value.Says).Quantiles.Select(q => q.Level))
                .Where(l => l > 0 && l < 1)
                .DistinctBy(l => (decimal)l);
            return new StatedCurve(curve, [.. levels.Select(l => (l, Quantile(curve, l)))]);
        }

        var each = Enumerable.Range(0, _q.OptionCount).Select(k => combine([.. oldestFirst.Select(f => ((double[])f.Now!.Value.Says)[k])])).ToArray();
        return each.Sum() > 0 ? each.Select(p => p / each.Sum()).ToArray() : [.. each.Select(_ => 1.0 / each.Length)];
    }

    private double Skill(string forecaster, long instant)
    {
        var record = _input.EarlierScores.Where(e => e.Forecaster == forecaster && e.KnownAt.UtcTicks < instant).ToList();
        return Math.Max(record.Sum(e => e.Peer.Value) / (30 + record.Sum(e => e.Coverage.Value)), 1e-6);
    }

    private static double Median(double[] values, double[] weights)
    {
        var order = values.Zip(weights).OrderBy(x => x.First).ToArray();
        var (total, below) = (weights.Sum(), 0.0);
        for (var i = 0; i < order.Length; i++)
        {
            below += order[i].Second;
            if (Math.Abs(below - (total / 2)) <= 1e-14 * total && i + 1 < order.Length)
                return (order[i].First + order[i + 1].First) / 2;
            if (below > total / 2)
                return order[i].First;
        }

        return order[^1].First;
    }

    private double[]? Reference(string name, long instant)
    {
        if (_q.Range is not null)
            return null;
        var k = _q.OptionCount;
        var standing = (_q.StatusQuo as OutcomeValue.Option)?.Index;
        switch (name)
        {
            case "uniform":
                return Enumerable.Repeat(1.0 / k, k).ToArray();
            case "base-rate":
                var earlier = _input.EarlierOutcomes.Where(e => e.OptionCount == k && e.KnownAt.UtcTicks < instant).ToList();
                return Enumerable
                    .Range(0, k)
                    .Select(o => (earlier.Where(e => e.Option == o).Sum(e => e.Count) + 1.0) / (earlier.Sum(e => e.Count) + k))
                    .ToArray();
            case "status-quo":
                return standing is null ? null : Enumerable.Range(0, k).Select(o => o == standing ? 1.0 : 0.0).ToArray();
            default:
                if (standing is null || _q.Type != QuestionType.Binary)
                    return null;
                var now = new DateTime(instant, DateTimeKind.Utc);
                var restated = Math.Max(_t0, new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);
                var lasts = Math.Pow(2, -(_close - restated) / (double)(_close - _t0));
                return standing == 0 ? [lasts, 1 - lasts] : new[] { 1 - lasts, lasts };
        }
    }

    /// <summary>The outcome as a distribution over the options.</summary>
    private double[] Degrees =>
        _q.Outcome is OutcomeValue.Partial partial
            ? [.. partial.Degrees]
            : [.. Enumerable.Range(0, _q.OptionCount).Select(k => k == ((OutcomeValue.Option)_q.Outcome).Index ? 1.0 : 0.0)];

    private double Point => ((OutcomeValue.Point)_q.Outcome).Value;

    private static PlainCurve Curve(object says) => says as PlainCurve ?? ((StatedCurve)says).Curve;

    private static double Logit(double p) =>
        p == 0 ? Math.Log(0.001 / 0.999)
        : p == 1 ? Math.Log(0.999 / 0.001)
        : Math.Log(p / (1 - p));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private sealed record StatedCurve(PlainCurve Curve, IReadOnlyList<(double Level, double Value)> Quantiles);
}
