using Api.Forecasts;
using Api.Pages.Texts;

namespace Api.Pages.Figures;

/// <summary>What was stated, in a line.</summary>
public static class StatedText
{
    private const int MostPoints = 5;

    /// <summary>A statement in a line; a dash where nothing stands.</summary>
    public static string Of(StatementAnswer? stated, PageTexts texts) =>
        stated is null ? Figure.None : Of(stated.Probability, stated.Probabilities, stated.Quantiles, stated.Term, stated.Seal, stated.RevealedAt, texts);

    /// <summary>A statement in a line, from its parts: that it is sealed, or what was sealed, and when it was revealed.</summary>
    public static string Of(
        double? probability,
        IReadOnlyDictionary<string, double>? probabilities,
        IReadOnlyList<QuantileBody>? quantiles,
        string? term,
        string? seal,
        DateTimeOffset? revealedAt,
        PageTexts texts
    )
    {
        ArgumentNullException.ThrowIfNull(texts);
        return seal is null ? Of(probability, probabilities, quantiles, term)
            : revealedAt is { } at ? $"{Of(probability, probabilities, quantiles, term)} ({texts.Say("mark.revealed", texts.Day(at))})"
            : texts["mark.sealed"];
    }

    private static string Of(double? probability, IReadOnlyDictionary<string, double>? probabilities, IReadOnlyList<QuantileBody>? quantiles, string? term) =>
        (term is null ? "" : $"{term}, ")
        + (
            probability is { } p ? Figure.Percent(p)
            : probabilities is not null ? string.Join(", ", probabilities.Select(o => $"{o.Key} {Figure.Percent(o.Value)}"))
            : quantiles is not null ? string.Join(", ", Few(quantiles).Select(q => $"{Figure.Percent(q.P)} ≤ {q.Value}"))
            : Figure.None
        );

    private static IEnumerable<QuantileBody> Few(IReadOnlyList<QuantileBody> points)
    {
        var step = Math.Max(1, (int)Math.Ceiling(points.Count / (double)MostPoints));
        return points.Where((_, i) => i % step == 0);
    }
}
