using System.Reflection;
using Domain.Distributions;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Points;
using Domain.Scoring.Rows;

namespace Domain.Scoring.Rules;

/// <summary>A rule that applies to a type of question, and where its numbers are read.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Place">The place in <see cref="RuleValues"/>.</param>
/// <param name="Factor">By what the number there is multiplied.</param>
internal readonly record struct ReportedRule(ScoringRule Rule, int Place, double Factor)
{
    /// <summary>What the rule gives.</summary>
    public double Reading(in RuleValues values) => Factor * values[Place];

    /// <summary>Whether it is read off the clipped ln p.</summary>
    public bool ReadsLogP => Place == RuleValues.LogPPlace;
}

/// <summary>The rules of a set that apply to a type of question: the same for all its questions.</summary>
internal sealed class RuleLayout
{
    private readonly MethodInfo _makeScorer;
    private Func<ResolvedQuestion, OutcomeBins?, ForecastScorer>? _scorerOf;

    /// <exception cref="ArgumentException">More rules apply than there are places, or one is a multiple of another that does not apply.</exception>
    public RuleLayout(IEnumerable<ScoringRule> rules, QuestionType type)
    {
        var applying = rules.Where(r => r.AppliesTo.Contains(type)).ToList();
        var computed = applying.Where(r => r.Reads is null).ToList();
        if (computed.Count > RuleValues.MostRules)
            throw new ArgumentException(
                $"{computed.Count} rules apply to {type}; {nameof(RuleValues)}.{nameof(RuleValues.MostRules)} has room for {RuleValues.MostRules}."
            );
        Columns = computed.Count + 1;
        Reported = [.. applying.Select(r => ReportedOf(r, computed, type))];
        Keys = new ScoreRowKeys([.. applying.SelectMany(r => r.Keys).Concat(PointScores.All.Where(p => p.AppliesTo.Contains(type))).Select(k => k.Name)]);
        if (type.HasOptions())
        {
            var day = type.HasOrder() ? OrderedBrierScore.Rule.Name : BrierGjpScore.Rule.Name;
            DayPlace = 1 + computed.FindIndex(r => r.Name == day);
            if (DayPlace == 0)
                throw new ArgumentException($"{PointScores.RelativeBrier} compares {day}, which is not among the rules.", nameof(rules));
        }

        _makeScorer = typeof(RuleLayout)
            .GetMethod(type.HasOptions() ? nameof(ScorerOfOptions) : nameof(ScorerOfRange), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(Chained(computed, type.HasOptions() ? typeof(CategoricalColumns<,>) : typeof(DistributionColumns<,>)));
    }

    /// <summary>The rules of which scores are reported.</summary>
    public IReadOnlyList<ReportedRule> Reported { get; }

    /// <summary>How many places of <see cref="RuleValues"/> are used.</summary>
    public int Columns { get; }

    /// <summary>The place of the rule that <c>relativeBrier</c> compares day by day; −1 where there is no such score.</summary>
    public int DayPlace { get; } = -1;

    /// <summary>The names of a row's scores.</summary>
    public ScoreRowKeys Keys { get; }

    /// <summary>What scores forecasts on a question.</summary>
    /// <param name="question">A question of the type.</param>
    /// <param name="bins">The bins of its range, if it has one.</param>
    /// <exception cref="ArgumentException">The question was annulled.</exception>
    public ForecastScorer ScorerOf(ResolvedQuestion question, OutcomeBins? bins) =>
        (_scorerOf ??= _makeScorer.CreateDelegate<Func<ResolvedQuestion, OutcomeBins?, ForecastScorer>>())(question, bins);

    private static ForecastScorer ScorerOfOptions<TColumns>(ResolvedQuestion question, OutcomeBins? bins)
        where TColumns : struct, ICategoricalColumns =>
        question.Outcome switch
        {
            OutcomeValue.Option(var option) => new OptionScorer<TColumns>(option),
            OutcomeValue.Partial(var degrees) => new PartialOutcomeScorer<TColumns>([.. degrees]),
            _ => throw new ArgumentException("An annulled question has no scores.", nameof(question)),
        };

    private static DistributionScorer<TColumns> ScorerOfRange<TColumns>(ResolvedQuestion question, OutcomeBins? bins)
        where TColumns : struct, IDistributionColumns =>
        question.Outcome is OutcomeValue.Point(var point)
            ? new DistributionScorer<TColumns>(question.Range!, bins!.BinOf(point), point)
            : throw new ArgumentException("An annulled question has no scores.", nameof(question));

    private static Type Chained(List<ScoringRule> rules, Type link)
    {
        var chain = typeof(NoColumns);
        for (var i = rules.Count - 1; i >= 0; i--)
            chain = link.MakeGenericType(rules[i].Implementation, chain);
        return chain;
    }

    private static ReportedRule ReportedOf(ScoringRule rule, List<ScoringRule> computed, QuestionType type)
    {
        if (rule.Reads is { Of: null } logP)
            return new ReportedRule(rule, RuleValues.LogPPlace, logP.Factor);
        var of = rule.Reads?.Of ?? rule.Name;
        var place = 1 + computed.FindIndex(r => r.Name == of);
        return place > 0
            ? new ReportedRule(rule, place, rule.Reads?.Factor ?? 1)
            : throw new ArgumentException($"{rule.Name} is a multiple of {of}, which does not apply to {type}.");
    }
}
