using Domain.Questions;

namespace Domain.Scoring.Rules;

/// <summary>What is known of a proper scoring rule: its name, what its numbers mean, and where it applies.</summary>
public sealed record ScoringRule
{
    private readonly Lazy<IReadOnlyList<ScoreKey>> _keys;

    /// <summary>A rule that is described by its properties.</summary>
    public ScoringRule() => _keys = new(MakeKeys);

    // A copy has keys of its own, since its name or its types may be others.
    private ScoringRule(ScoringRule other)
    {
        (Name, Formula, Unit, Least, Greatest, Orientation) = (other.Name, other.Formula, other.Unit, other.Least, other.Greatest, other.Orientation);
        (Source, Use, UndefinedNote, AppliesTo, Reads) = (other.Source, other.Use, other.UndefinedNote, other.AppliesTo, other.Reads);
        (Implementation, Categorical, Distribution) = (other.Implementation, other.Categorical, other.Distribution);
        _keys = new(MakeKeys);
    }

    /// <summary>
    /// The name by which scores are reported, in camel case: the scores are <c>name.final</c>, <c>name.timeAveraged</c>, <c>name.dailyAveraged</c>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The formula, as the documents print it.</summary>
    public required string Formula { get; init; }

    /// <summary>The unit of its numbers; null for plain ones.</summary>
    public string? Unit { get; init; }

    /// <summary>The least number that it gives.</summary>
    public required double Least { get; init; }

    /// <summary>The greatest number that it gives; +∞ where there is none.</summary>
    public required double Greatest { get; init; }

    /// <summary>Whether the lesser or the greater number is the better one.</summary>
    public required ScoreOrientation Orientation { get; init; }

    /// <summary>Where the formula comes from, as the documents print it.</summary>
    public required string Source { get; init; }

    /// <summary>When to use it, as the documents print it.</summary>
    public required string Use { get; init; }

    /// <summary>The note of a score that is undefined because the rule gives NaN.</summary>
    public string UndefinedNote { get; init; } = Rows.ScoreNotes.NotDefined;

    /// <summary>The types of questions that the rule applies to: all with options, or all with a range, unless it says otherwise.</summary>
    public IReadOnlyList<QuestionType> AppliesTo { get; init; } = [];

    /// <summary>
    /// Where its number can be read, if it is a multiple of another that is there anyway, so that it is neither computed nor added up twice; null where it is
    /// computed.
    /// </summary>
    public RuleReading? Reads { get; init; }

    /// <summary>The scores that it gives: of what stood at the window's end, on average over time, and on average over days.</summary>
    public IReadOnlyList<ScoreKey> Keys => _keys.Value;

    /// <summary>The score of what stood at the window's end.</summary>
    public ScoreKey Final => Keys[0];

    /// <summary>The score on average over the time in which a forecast stood.</summary>
    public ScoreKey TimeAveraged => Keys[1];

    /// <summary>The score on average over the days at whose end a forecast stood.</summary>
    public ScoreKey DailyAveraged => Keys[2];

    /// <summary>The rule's function of probabilities and an outcome; null where it takes distributions.</summary>
    public CategoricalFunction? Categorical { get; private init; }

    /// <summary>The rule's function of a distribution and an outcome; null where it takes probabilities.</summary>
    public DistributionFunction? Distribution { get; private init; }

    /// <summary>The struct that computes it.</summary>
    internal Type Implementation { get; private init; } = typeof(void);

    /// <summary>A rule for options.</summary>
    /// <typeparam name="TRule">What computes it.</typeparam>
    public static ScoringRule OfOptions<TRule>()
        where TRule : struct, ICategoricalRule =>
        TRule.Rule with
        {
            Implementation = typeof(TRule),
            Categorical = TRule.Of,
            AppliesTo = TRule.Rule.AppliesTo is { Count: > 0 } types ? types : QuestionTypes.WithOptions,
        };

    /// <summary>A rule for distributions.</summary>
    /// <typeparam name="TRule">What computes it.</typeparam>
    public static ScoringRule OfDistributions<TRule>()
        where TRule : struct, IDistributionRule =>
        TRule.Rule with
        {
            Implementation = typeof(TRule),
            Distribution = TRule.Of,
            AppliesTo = TRule.Rule.AppliesTo is { Count: > 0 } types ? types : QuestionTypes.WithRange,
        };

    /// <summary>Whether both are the same rule: of one name and computed alike.</summary>
    public bool Equals(ScoringRule? other) => other is not null && Name == other.Name && Implementation == other.Implementation;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Implementation);

    private IReadOnlyList<ScoreKey> MakeKeys() =>
        [Key("final", ScoreBasis.WindowEnd), Key("timeAveraged", ScoreBasis.StandingTime), Key("dailyAveraged", ScoreBasis.StandingTime)];

    private ScoreKey Key(string average, ScoreBasis basis) => new($"{Name}.{average}", basis, Orientation, AppliesTo);
}

/// <summary>What a rule gives probabilities where an option came true.</summary>
/// <param name="p">The probabilities, each in [0, 1], together 1.</param>
/// <param name="outcome">The place of the option that came true.</param>
public delegate double CategoricalFunction(ReadOnlySpan<double> p, int outcome);

/// <summary>What a rule gives a distribution.</summary>
/// <param name="forecast">The distribution.</param>
/// <param name="outcome">The outcome, in the question's unit.</param>
public delegate double DistributionFunction(in DistributionForecast forecast, double outcome);

/// <summary>A rule's number as a multiple of another.</summary>
/// <param name="Of">The name of the rule of which it is a multiple; null for the logarithm of what the forecast gave the outcome.</param>
/// <param name="Factor">By what it is multiplied.</param>
public sealed record RuleReading(string? Of, double Factor)
{
    /// <summary>
    /// A multiple of the logarithm of what the forecast gave the outcome, clipped, or its bin, floored; of a partial outcome its expectation.
    /// </summary>
    public static RuleReading LogP(double factor) => new(null, factor);

    /// <summary>A multiple of another rule, which applies wherever this one does.</summary>
    public static RuleReading Multiple<TRule>(double factor)
        where TRule : struct, IScoringRule => new(TRule.Rule.Name, factor);
}
