namespace Domain.Scoring.Rules;

/// <summary>The functions of several rules for options as one.</summary>
internal interface ICategoricalColumns
{
    /// <summary>Writes what each rule gives, one after the other.</summary>
    static abstract void Fill(ReadOnlySpan<double> p, int outcome, Span<double> numbers);

    /// <inheritdoc cref="Fill(ReadOnlySpan{double}, int, Span{double})"/>
    static abstract void Fill(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees, Span<double> numbers);
}

/// <summary>The functions of several rules for distributions as one.</summary>
internal interface IDistributionColumns
{
    /// <inheritdoc cref="ICategoricalColumns.Fill(ReadOnlySpan{double}, int, Span{double})"/>
    static abstract void Fill(in DistributionForecast forecast, double outcome, Span<double> numbers);
}

/// <summary>No rule.</summary>
internal readonly struct NoColumns : ICategoricalColumns, IDistributionColumns
{
    public static void Fill(ReadOnlySpan<double> p, int outcome, Span<double> numbers) { }

    public static void Fill(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees, Span<double> numbers) { }

    public static void Fill(in DistributionForecast forecast, double outcome, Span<double> numbers) { }
}

/// <summary>A rule for options, and those after it.</summary>
/// <remarks>
/// Rules are structs, so that a chain of them is compiled as if it had been written as one function: no rule is looked up while forecasts are scored.
/// </remarks>
internal readonly struct CategoricalColumns<TRule, TRest> : ICategoricalColumns
    where TRule : struct, ICategoricalRule
    where TRest : struct, ICategoricalColumns
{
    public static void Fill(ReadOnlySpan<double> p, int outcome, Span<double> numbers)
    {
        numbers[0] = TRule.Of(p, outcome);
        TRest.Fill(p, outcome, numbers[1..]);
    }

    public static void Fill(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees, Span<double> numbers)
    {
        numbers[0] = TRule.Of(p, degrees);
        TRest.Fill(p, degrees, numbers[1..]);
    }
}

/// <summary>A rule for distributions, and those after it.</summary>
internal readonly struct DistributionColumns<TRule, TRest> : IDistributionColumns
    where TRule : struct, IDistributionRule
    where TRest : struct, IDistributionColumns
{
    public static void Fill(in DistributionForecast forecast, double outcome, Span<double> numbers)
    {
        numbers[0] = TRule.Of(forecast, outcome);
        TRest.Fill(forecast, outcome, numbers[1..]);
    }
}
