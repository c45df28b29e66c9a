using System.Text.Json;
using Api.Forecasts;
using Api.Pages.Figures;
using Api.Questions;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;

namespace Api.Pages.Pictures;

/// <summary>The distribution of a number or a date as the API gives it: points of its function.</summary>
public sealed class QuantileCurve
{
    private readonly Prediction.Quantiles _stated;
    private readonly StatedDistribution _scored;
    private readonly QuestionRange _range;

    private QuantileCurve(IReadOnlyList<(double Level, double Value)> points, QuestionRange range)
    {
        Points = points;
        _range = range;
        _stated = new Prediction.Quantiles([.. points.Select(p => new Quantile(p.Level, p.Value))]);
        _scored = new StatedDistribution(_stated, range);
    }

    /// <summary>The points, by rising level: the probability of at most the value, and the value, a date as days since 1970-01-01.</summary>
    public IReadOnlyList<(double Level, double Value)> Points { get; }

    /// <summary>The distribution that an answer has; null where it has none.</summary>
    /// <param name="quantiles">The points.</param>
    /// <param name="question">The question, which has a range.</param>
    public static QuantileCurve? Of(IReadOnlyList<QuantileBody>? quantiles, QuestionAnswer question) =>
        quantiles is { Count: > 0 } && question.Range?.ToRange(question.Type) is { } range
            ? new([.. quantiles.Select(q => (q.P, ValueOf(q.Value) ?? 0))], range)
            : null;

    /// <summary>A number, or a date as days; null for what is neither.</summary>
    public static double? ValueOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Number => value.GetDouble(),
            JsonValueKind.String => OutcomeText.ParseDay(value.GetString()!),
            _ => null,
        };

    /// <summary>How the values of a question are written: days as dates, numbers to as many digits as its range can tell apart.</summary>
    public static Func<double, string> Writing(QuestionAnswer question)
    {
        if (question.Type.CountsDays())
            return day => OutcomeText.FormatDay(Math.Floor(day));
        var width = question.Range is { } range && ValueOf(range.Max) - ValueOf(range.Min) is > 0 and var length ? length : 1;
        var digits = (int)Math.Clamp(3 - Math.Floor(Math.Log10(width)), 0, 6);
        return value => Figure.Plain(Math.Round(value, digits));
    }

    /// <summary>The probability of at most a value of the range, as it is scored; what lies beyond an open end is not in it.</summary>
    public double Below(double value) => _scored.At(value);

    /// <summary>The probability of less than the range's lower end.</summary>
    public double BelowAll => _range.OpenLower ? _scored.Before(_range.Min) : 0;

    /// <summary>The probability of at most the range's upper end.</summary>
    public double UpToAll => _range.OpenUpper ? _scored.At(_range.Max) : 1;

    /// <summary>The value at a level, from 0 to 1.</summary>
    public double At(double level) => StatedQuantiles.At(_stated, _scored, level);
}
