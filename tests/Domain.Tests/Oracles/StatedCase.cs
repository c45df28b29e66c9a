using System.Text.Json;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Statistics;

namespace Domain.Tests.Oracles;

/// <summary>A worked question with its forecasts, in the terms of the product.</summary>
/// <remarks>
/// A source that divides a range into fewer buckets than our bins states a cumulative function that is linear within a bucket: a bin of ours is
/// the same share of its bucket for everybody and for the reference, so that the logarithms of the ratios are the same.
/// </remarks>
internal sealed class StatedCase
{
    public static readonly DateTimeOffset Day0 = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly JsonElement _inputs;

    public StatedCase(JsonElement inputs)
    {
        _inputs = inputs;
        var forecasts = inputs.GetProperty("forecasts").EnumerateArray().ToList();
        Type =
            inputs.TryGetProperty("question_type", out var type) ? type.GetString()!
            : forecasts.Count > 0 ? forecasts[0].GetProperty("type").GetString()!
            : "binary";
        var first = forecasts.Count > 0 ? forecasts[0] : default;
        Buckets = Type switch
        {
            "binary" => 2,
            "multiple_choice" => first.GetProperty("p_per_option").GetArrayLength(),
            _ => first.GetProperty("cdf").GetArrayLength() - 1,
        };
        if (IsDistribution)
        {
            var cdf = first.GetProperty("cdf").Doubles();
            var open = inputs.TryGetProperty("open_bounds_count", out var count) ? count.GetInt32() : (cdf[0] > 0 ? 1 : 0) + (cdf[^1] < 1 ? 1 : 0);
            var lower = open == 2 || (open == 1 && cdf[0] > 0);
            Range = new QuestionRange(0, Buckets, lower, open == 2 || (open == 1 && !lower));
        }

        var timelines = new SortedDictionary<string, List<ForecastStep>>(StringComparer.Ordinal);
        for (var i = 0; i < forecasts.Count; i++)
        {
            var f = forecasts[i];
            var forecaster = f.TryGetProperty("forecaster", out var n) ? $"n{n.GetInt32()}" : $"f{i}";
            var end = f.GetProperty("end_day");
            if (!timelines.TryGetValue(forecaster, out var steps))
                timelines[forecaster] = steps = [];
            var step = new ForecastStep(
                At(f.GetProperty("start_day").Number()),
                i,
                Predict(f),
                end.ValueKind == JsonValueKind.Number ? At(end.GetDouble()) : null
            );
            steps.Add(step);
            Steps.Add((forecaster, step));
        }

        Timelines = [.. timelines.Select(t => new ForecastTimeline(t.Key, ForecasterKind.Person, t.Value))];
    }

    public string Type { get; }

    public bool IsDistribution => Type is not ("binary" or "multiple_choice");

    /// <summary>How many options, or buckets within the range, the source has.</summary>
    public int Buckets { get; }

    public QuestionRange? Range { get; }

    public IReadOnlyList<ForecastTimeline> Timelines { get; }

    /// <summary>The source's forecasts in its order, each with its forecaster here.</summary>
    public List<(string Forecaster, ForecastStep Step)> Steps { get; } = [];

    public static DateTimeOffset At(double day) => Day0.AddDays(day);

    /// <summary>
    /// The question with the outcome in a bucket of the source: 1 is yes, an option's index, or on a range 0 is below it and the rest from 1.
    /// </summary>
    public ResolvedQuestion Question(int bucket, double? spotDay = null)
    {
        var end = Day("forecast_horizon_end_day") ?? 1000;
        return new ResolvedQuestion(
            "q",
            Type switch
            {
                "binary" => QuestionType.Binary,
                "multiple_choice" => QuestionType.MultipleChoice,
                _ => QuestionType.Numeric,
            },
            IsDistribution ? 0 : Buckets,
            Range,
            At(Day("forecast_horizon_start_day") ?? 0),
            At(end),
            At(Day("actual_close_day") ?? end),
            (spotDay ?? Day("spot_forecast_day")) is { } spot ? At(spot) : null,
            Type switch
            {
                "binary" => new OutcomeValue.Option(1 - bucket),
                "multiple_choice" => new OutcomeValue.Option(bucket),
                _ => new OutcomeValue.Point(bucket - 0.5),
            },
            null
        );
    }

    /// <summary>Why the product does not score the case as the source does; null where it does.</summary>
    public string? Differs(int bucket)
    {
        var forecasts = _inputs.GetProperty("forecasts").EnumerateArray().ToList();
        if (Type == "multiple_choice" && forecasts.Any(f => f.GetProperty("p_per_option")[bucket].ValueKind == JsonValueKind.Null))
        {
            return "A forecast leaves the outcome's option out: here a forecast states every option, and options are never added.";
        }

        if (!IsDistribution)
        {
            return forecasts.Any(f => ClippedProbability.Moves(Probability(f, bucket))) ? "The source clips otherwise than to [0.001, 0.999]." : null;
        }

        if (forecasts.Any(f => f.GetProperty("cdf").Doubles() is var c && (c.Any(x => x is < 0 or > 1) || c.Zip(c.Skip(1)).Any(x => x.Second < x.First))))
        {
            return "No forecast can state that: it is no cumulative distribution function.";
        }

        if (Buckets > OutcomeBins.Count)
            return "The source has more buckets than there are bins here.";
        var share = bucket >= 1 && bucket <= Buckets ? Buckets / (double)OutcomeBins.Count : 1;
        return forecasts.Any(f => Probability(f, bucket) * share < StatedDistribution.LeastBinProbability)
            ? "A bin of ours falls below the least probability."
            : null;
    }

    /// <summary>The probability that a forecast of the source gives to a bucket.</summary>
    public static double Probability(JsonElement forecast, int bucket)
    {
        if (forecast.TryGetProperty("p_yes", out var yes))
            return bucket == 1 ? yes.GetDouble() : 1 - yes.GetDouble();
        if (forecast.TryGetProperty("p_per_option", out var options))
            return options[bucket].GetDouble();
        var cdf = forecast.GetProperty("cdf").Doubles();
        return (bucket == cdf.Length ? 1 : cdf[bucket]) - (bucket == 0 ? 0 : cdf[bucket - 1]);
    }

    private double? Day(string property) => _inputs.TryGetProperty(property, out var day) && day.ValueKind == JsonValueKind.Number ? day.GetDouble() : null;

    private static Prediction Predict(JsonElement forecast)
    {
        if (forecast.TryGetProperty("p_yes", out var yes))
            return Prediction.Categorical.Binary(yes.GetDouble());
        if (forecast.TryGetProperty("p_per_option", out var options))
        {
            return new Prediction.Categorical([.. options.EnumerateArray().Select(x => x.ValueKind == JsonValueKind.Number ? x.GetDouble() : 0)]);
        }

        return new Prediction.Quantiles([.. forecast.GetProperty("cdf").Doubles().Select((f, i) => new Quantile(f, i))]);
    }
}
