using CsCheck;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.TrackRecords;

namespace Domain.Tests.Scoring;

/// <summary>
/// Questions of every type with everything that can happen to forecasts on them: made before opening, after the outcome was known, two at one
/// instant, withdrawn, expired, sealed and revealed or not, certain, equal, by persons, bots, documents. Times lie on a grid of hours, so that they
/// often coincide.
/// </summary>
internal static class RandomQuestions
{
    public static readonly DateTimeOffset Epoch = new(2021, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public static Gen<ScoringInput> OfOptions(int forecasters = 7, int steps = 6) =>
        from type in OneOf(QuestionType.Binary, QuestionType.MultipleChoice, QuestionType.Ordered)
        from k in type == QuestionType.Binary ? Gen.Const(2) : Gen.Int[2, 5]
        from outcome in Gen.Int[0, k - 1]
        from partial in Gen.Int[0, 3]
        from degrees in Gen.Int[0, 6].Array[k].Where(d => d.Count(x => x > 0) > 1)
        from statusQuo in Gen.Int[0, k]
        from input in Asked(
            type,
            k,
            null,
            partial == 0 ? new OutcomeValue.Partial([.. degrees.Select(d => d / (double)degrees.Sum())]) : new OutcomeValue.Option(outcome),
            statusQuo == k ? null : new OutcomeValue.Option(statusQuo),
            Categorical(k, type == QuestionType.Binary),
            forecasters,
            steps
        )
        select input;

    public static Gen<ScoringInput> OfDistributions(int forecasters = 5, int steps = 4) =>
        from type in OneOf(QuestionType.Numeric, QuestionType.Date)
        from range in from min in OneOf(0.0, -50, 18_700)
        from width in OneOf(100.0, 400, 73)
        from lower in Gen.Bool
        from upper in Gen.Bool
        select new QuestionRange(min, min + width, lower, upper)
        from place in Gen.Int[-40, 440]
        // On a range of 100 or 400 every edge of a bin is a double, and outcomes lie on them; on the other none does.
        let y = range.Min + (place / (range.Max - range.Min == 73 ? 397.0 : 400.0) * (range.Max - range.Min))
        where (y >= range.Min || range.OpenLower) && (y <= range.Max || range.OpenUpper)
        from input in Asked(type, 0, range, new OutcomeValue.Point(y), null, Quantiles(range), forecasters, steps)
        select input;

    public static Gen<Prediction> Categorical(int k, bool binary) =>
        binary
            ? Gen.Int[0, 20].Select(Prediction (p) => Prediction.Categorical.Binary(p / 20.0))
            : Gen.Int[0, 12].Array[k].Where(w => w.Sum() > 0).Select(Prediction (w) => new Prediction.Categorical([.. w.Select(x => x / (double)w.Sum())]));

    /// <summary>
    /// Cumulative functions with ends of their support, flat stretches and steps; now and then a level differs from the decimal that it means.
    /// </summary>
    public static Gen<Prediction> Quantiles(QuestionRange range) =>
        from count in Gen.Int[1, 6]
        from levels in Gen.Int[0, 40].Array[count]
        from noise in Gen.Int[0, 9]
        from places in Gen.Int[-4, 44].Array[count]
        select (Prediction)
            new Prediction.Quantiles([
                .. levels
                    .Order()
                    .Zip(
                        places
                            .Select(x =>
                                x < 0 && !range.OpenLower ? 0
                                : x == 0 && range.OpenLower ? 1
                                : x > 40 && !range.OpenUpper ? 40
                                : x
                            )
                            .Order(),
                        (l, x) =>
                            new Quantile(
                                noise == 0 && l is > 0 and < 40 ? Math.BitIncrement(l / 40.0) : l / 40.0,
                                range.Min + (x / 40.0 * (range.Max - range.Min))
                            )
                    )
                    .Distinct(),
            ]);

    private static Gen<ScoringInput> Asked(
        QuestionType type,
        int k,
        QuestionRange? range,
        OutcomeValue outcome,
        OutcomeValue? statusQuo,
        Gen<Prediction> predictions,
        int forecasters,
        int steps
    ) =>
        from opens in Gen.Int[0, 47]
        from hours in Gen.Int[1, 60 * 24]
        from known in Gen.Int[-30, (60 * 24) + 200]
        from spot in Gen.Int[-200, hours + 50]
        from timelines in Timelines(predictions, opens, hours, steps).Array[0, forecasters]
        from outcomes in (
            from at in Gen.Int[-100, hours]
            from option in Gen.Int[0, 1]
            from of in Gen.Int[2, 3]
            from count in Gen.Int[1, 3]
            select new EarlierOutcome(Epoch.AddHours(opens + at), option, of, count)
        ).Array[0, 5]
        from records in (
            from who in Gen.Int[0, forecasters]
            from at in Gen.Int[-100, hours]
            from peer in OneOf(-20.0, 0, 60, 80)
            from coverage in Gen.Double[0, 1]
            select new EarlierScore(Name(who), Epoch.AddHours(opens + at), peer, coverage)
        ).Array[0, 8]
        select new ScoringInput(
            new ResolvedQuestion(
                "q",
                type,
                k,
                range,
                Epoch.AddHours(opens),
                Epoch.AddHours(opens + hours),
                Epoch.AddHours(opens + known),
                spot < 0 ? null : Epoch.AddHours(opens + spot),
                outcome,
                statusQuo
            ),
            [.. timelines.Select((t, i) => new ForecastTimeline(Name(i), t.Kind, t.Steps))],
            outcomes,
            records
        );

    private static Gen<(ForecasterKind Kind, ForecastStep[] Steps)> Timelines(Gen<Prediction> predictions, int opens, int hours, int steps) =>
        from kind in Gen.Int[0, 9]
        from made in (
            from at in Gen.Int[-60, hours + 40]
            from prediction in predictions
            from withdrawn in Gen.Int[0, 7]
            from expires in Gen.Int[-600, 200]
            from seal in Gen.Int[0, 11]
            from revealed in Gen.Int[0, hours + 100]
            select (
                At: Epoch.AddHours(opens + at),
                Prediction: withdrawn == 0 ? null
                : seal == 0 ? new Prediction.Sealed()
                : seal < 3 ? new Prediction.Sealed(prediction, Epoch.AddHours(opens + Math.Max(at, revealed)))
                : prediction,
                Expires: expires
            )
        ).Array[1, steps]
        select (
            kind < 7 ? ForecasterKind.Person
            : kind < 9 ? ForecasterKind.Bot
            : ForecasterKind.Document,
            made.Select((s, i) => new ForecastStep(s.At, i, s.Prediction, s.Expires > 0 && s.Prediction is not null ? s.At.AddHours(s.Expires) : null))
                .ToArray()
        );

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string Name(int i) => $"n{i:D2}";
}
