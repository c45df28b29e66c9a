using Domain.Distributions;
using Domain.Forecasts.Timelines;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Points;

namespace Domain.Scoring.Rules;

/// <summary>The rules that apply to a question, against its outcome.</summary>
internal sealed class ApplicableRules
{
    private readonly RuleLayout _layout;
    private readonly ForecastScorer _scorer;
    private readonly BaselineScore _baseline;
    private readonly int _dayPlace;

    /// <exception cref="ArgumentException">The question was annulled.</exception>
    public ApplicableRules(RuleSet rules, ResolvedQuestion question)
    {
        _layout = rules.LayoutOf(question.Type);
        (Columns, _dayPlace) = (_layout.Columns, _layout.DayPlace);
        IsDistribution = question.Type.HasRange();
        IsPartial = question.Outcome is OutcomeValue.Partial;
        if (question.Outcome is OutcomeValue.Point(var point))
        {
            Bins = OutcomeBins.Of(question.Range!, question.Type);
            _baseline = BaselineScore.OfBin(Bins, Bins.BinOf(point));
        }
        else
        {
            _baseline = BaselineScore.OfOptions(question.OptionCount);
        }

        PeerUnit = IsDistribution ? 50 : 100;
        _scorer = _layout.ScorerOf(question, Bins);
    }

    /// <summary>The rules of which averages are reported.</summary>
    public IReadOnlyList<ReportedRule> Reported => _layout.Reported;

    /// <summary>The layout that all questions of the type share.</summary>
    public RuleLayout Layout => _layout;

    /// <summary>How many numbers of <see cref="RuleValues"/> are used.</summary>
    public int Columns { get; }

    /// <summary>The bins of a numeric or date question, else null.</summary>
    public OutcomeBins? Bins { get; }

    /// <summary>Whether the options hold by degrees, so that no loss falls as one option's probability rises all the way.</summary>
    public bool IsPartial { get; }

    /// <summary>Whether forecasts are distributions.</summary>
    public bool IsDistribution { get; }

    /// <summary>What a difference of 1 in ln p is worth in peer scores: numeric and date questions halve it.</summary>
    public double PeerUnit { get; }

    /// <summary>The note of a score that rests on a clipped or floored ln p.</summary>
    public string ClipNote =>
        IsDistribution ? "The outcome's bin was taken to have the least probability, 0.00001." : "Probabilities were clipped to [0.001, 0.999].";

    /// <summary>The number that <c>relativeBrier</c> compares day by day; 0 where there is no such score.</summary>
    public double DayLoss(in RuleValues values) => _dayPlace < 0 ? 0 : values[_dayPlace];

    /// <summary>The baseline score of a forecast that gave the outcome ln p.</summary>
    public double Baseline(double logP) => _baseline.Of(logP);

    /// <summary>What the rules give each forecast of a list.</summary>
    /// <exception cref="InvalidCastException">A forecast is of another type than the question.</exception>
    public void Score(ReadOnlySpan<StandingInterval> forecasts, Span<RuleValues> values) => _scorer.Score(forecasts, values);

    /// <summary>Works out what the rules give probabilities of a question with options.</summary>
    public void Score(ReadOnlySpan<double> p, ref RuleValues values) => _scorer.Score(p, ref values);

    /// <summary>Works out what the rules give a distribution, its quantiles taken at the levels given, which rise.</summary>
    public void Score(StatedDistribution distribution, ReadOnlySpan<double> levels, ref RuleValues values) => _scorer.Score(distribution, levels, ref values);
}
