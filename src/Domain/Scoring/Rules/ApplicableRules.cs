using Domain.Distributions;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Rules;

namespace Domain.Scoring.Rules;

/// <summary>The rules that apply to a question, under the names by which scores are reported.</summary>
internal sealed class ApplicableRules
{
    private readonly ResolvedQuestion _question;
    private readonly int _option;
    private readonly double[]? _degrees;
    private readonly double _point;
    private readonly OutcomeBin _bin;
    private readonly bool _ordered;
    private readonly double _reference;
    private readonly double _unit;

    public ApplicableRules(ResolvedQuestion question)
    {
        _question = question;
        _ordered = question.Type == QuestionType.Ordered;
        switch (question.Outcome)
        {
            case OutcomeValue.Option(var option):
                _option = option;
                break;
            case OutcomeValue.Partial(var degrees):
                _degrees = [.. degrees];
                break;
            case OutcomeValue.Point(var point):
                Bins = OutcomeBins.Of(question.Range!, question.Type);
                (_point, _bin) = (point, Bins.BinOf(point));
                (_reference, _unit) = (Math.Log(Bins.ReferenceProbability(_bin)), 50);
                PeerUnit = 50;
                Reported = ["crps", "pinball"];
                return;
            default:
                throw new ArgumentException("An annulled question has no scores.", nameof(question));
        }

        (_reference, _unit) = (-Math.Log(question.OptionCount), 100 / Math.Log(question.OptionCount));
        PeerUnit = 100;
        Reported = ["brier", "brierGjp", "log", "spherical", .. _ordered ? ["brierOrdered"] : Array.Empty<string>()];
    }

    /// <summary>The bins of a numeric or date question, else null.</summary>
    public OutcomeBins? Bins { get; }

    /// <summary>Whether the options hold by degrees, so that no loss falls as one option's probability rises all the way.</summary>
    public bool IsPartial => _degrees is not null;

    /// <summary>The rules of which averages are reported.</summary>
    public IReadOnlyList<string> Reported { get; }

    /// <summary>What the rule at a place of <see cref="Reported"/> gives.</summary>
    public double Reading(int rule, in RuleValues values) =>
        (IsDistribution, rule) switch
        {
            (true, 0) => values.Loss,
            (true, _) => values.Other,
            (_, 0) => values.Loss / 2,
            (_, 1) => values.Loss,
            (_, 2) => -values.LogP,
            (_, 3) => values.Other,
            _ => values.Ordered,
        };

    /// <summary>What a difference of 1 in ln p is worth in peer scores: numeric and date questions halve it.</summary>
    public double PeerUnit { get; }

    public bool IsDistribution => _question.Range is not null;

    public string ClipNote =>
        IsDistribution ? "The outcome's bin was taken to have the least probability, 0.00001." : "Probabilities were clipped to [0.001, 0.999].";

    /// <summary>The rule that <c>relativeBrier</c> compares day by day.</summary>
    public double DayLoss(RuleValues values) => _ordered ? values.Ordered : values.Loss;

    /// <summary>The baseline score of a forecast that gave the outcome ln p: 100·ln(p·K)/ln K of K options, 50·ln(p/reference) of a bin.</summary>
    public double Baseline(double logP) => _unit * (logP - _reference);

    /// <exception cref="InvalidCastException">The forecast is of another type than the question.</exception>
    public RuleValues Of(Prediction prediction)
    {
        if (_question.Range is not { } range)
            return Of(((Prediction.Categorical)prediction).Probabilities.AsSpan());
        var quantiles = (Prediction.Quantiles)prediction;
        return Of(new StatedDistribution(quantiles, range), StatedDistribution.Pinball(quantiles, _point));
    }

    public RuleValues Of(ReadOnlySpan<double> p)
    {
        if (_degrees is { } degrees)
            return Of(p, degrees);
        var outcome = p[_option];
        return new RuleValues(
            CategoricalRules.BrierGjp(p, _option),
            CategoricalRules.Spherical(p, _option),
            _ordered ? CategoricalRules.BrierOrdered(p, _option) : 0,
            Math.Log(CategoricalRules.Clip(outcome)),
            CategoricalRules.IsClipped(outcome)
        );
    }

    /// <summary>What the rules give against a partial outcome. All that is made of ln p is linear in it, so that the expectation under o stands for it.</summary>
    private RuleValues Of(ReadOnlySpan<double> p, double[] degrees)
    {
        var clipped = false;
        for (var k = 0; k < p.Length; k++)
            clipped |= degrees[k] > 0 && CategoricalRules.IsClipped(p[k]);
        return new RuleValues(
            CategoricalRules.BrierGjp(p, degrees),
            CategoricalRules.Spherical(p, degrees),
            _ordered ? CategoricalRules.BrierOrdered(p, degrees) : 0,
            -CategoricalRules.Log(p, degrees),
            clipped
        );
    }

    /// <summary>A distribution's values, its pinball loss taken over the levels given, which rise.</summary>
    public RuleValues Of(StatedDistribution distribution, ReadOnlySpan<double> levels) => Of(distribution, distribution.Pinball(levels, _point));

    private RuleValues Of(StatedDistribution distribution, double pinball)
    {
        var bin = distribution.Probability(_bin);
        return new RuleValues(
            distribution.Crps(_point),
            pinball,
            0,
            Math.Log(Math.Max(bin, StatedDistribution.LeastBinProbability)),
            bin < StatedDistribution.LeastBinProbability
        );
    }
}
