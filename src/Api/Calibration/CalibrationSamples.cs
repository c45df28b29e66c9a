using Api.Scores;
using Domain.Calibration;
using Domain.Comparison;
using Domain.Crowds;
using Domain.Forecasts;
using Domain.Forecasts.Timelines;
using Domain.Questions;
using Domain.Resolutions;
using Store.Scoring;
using Store.Views;

namespace Api.Calibration;

/// <summary>Gathers the statements that a calibration is computed from.</summary>
public static class CalibrationSamples
{
    private const string Distributions = "of numbers or dates, which state no probability that came true or did not.";
    private const string Partial = "with an outcome that holds by degrees, so that nothing stated came true or did not.";

    /// <summary>
    /// The statements of one forecaster, or of all persons and bots, the questions that were forecast and bear none, and on how many questions a seal stood
    /// that has not been revealed, and states nothing.
    /// </summary>
    /// <param name="snapshot">What is known; closed as soon as it is read.</param>
    /// <param name="forecaster">Any forecaster's name; null for everybody.</param>
    /// <param name="filter">Which questions.</param>
    /// <param name="horizon">Only what stood so long before the close.</param>
    /// <param name="from">Only what stood from this instant on.</param>
    /// <param name="to">Only what stood before this instant.</param>
    /// <param name="imported">Which forecasts count, by what they rest on.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<(CalibrationSample Sample, IReadOnlyList<LeftOut> LeftOut, int Unrevealed)> OfAsync(
        ScoreSnapshot snapshot,
        string? forecaster,
        ScoreFilter filter,
        CalibrationHorizon? horizon,
        DateTimeOffset? from,
        DateTimeOffset? to,
        ImportedScope imported,
        CancellationToken token
    )
    {
        var computed = forecaster is not null && ForecasterTimelines.IsComputed(forecaster);
        // What is read of other questions comes first: the steps are read as they are used.
        var earlier = computed ? await snapshot.TrackRecordsAsync([forecaster!], null, token) : new TrackRecords();

        var sample = new CalibrationSampleBuilder();
        var (distributions, partial, unrevealed) = (0, 0, 0);
        await foreach (var record in snapshot.EachRecordAsync(filter, forecaster is null || computed ? null : [forecaster], imported, forecaster, token))
        {
            var timelines =
                forecaster is null ? record.Timelines.Where(t => Crowd.Counts(t.Kind))
                : ForecasterTimelines.Of(forecaster, earlier.InputOf(record.Question, record.Tags, record.Timelines), record.End) is { } one ? [one]
                : [];

            // A question weighs 1 in all, however many forecast on it and however often.
            var standing = Narrowed(timelines.SelectMany(t => Standing(t, record)), record);
            if (Narrowed(timelines.SelectMany(t => Hidden(t, record)), record).Any(s => s.Until > s.From))
                unrevealed++;
            if (record.Question.Outcome is not OutcomeValue.Option(var outcome))
            {
                if (!standing.Any(s => s.Until > s.From))
                    continue;
                if (record.Question.Outcome is OutcomeValue.Partial)
                    partial++;
                else
                    distributions++;
                continue;
            }

            sample.Add(record.Question.Slug, record.Question.Type.IsYesOrNo(), outcome, standing);
        }

        await snapshot.DisposeAsync();
        return (sample.Build(), [.. new LeftOut[] { new(distributions, Distributions), new(partial, Partial) }.Where(l => l.Questions > 0)], unrevealed);

        IEnumerable<StandingProbabilities> Narrowed(IEnumerable<StandingProbabilities> standing, ScoredRecord record)
        {
            if (horizon is { } h)
                standing = Within(standing, h.Before(record.Question.ClosesAt));
            return from is not null || to is not null ? Within(standing, (from ?? DateTimeOffset.MinValue, to ?? DateTimeOffset.MaxValue)) : standing;
        }
    }

    /// <summary>The stretches in which a seal stood that has not been revealed.</summary>
    private static IEnumerable<StandingProbabilities> Hidden(ForecastTimeline timeline, ScoredRecord record) =>
        !timeline.Steps.Any(s => s.Prediction is Prediction.Sealed { Revealed: null })
            ? []
            : StandingIntervals
                .OfForecaster(timeline.Steps, record.Question.OpensAt, record.End, unrevealed: new Prediction.Sealed())
                .Where(s => s.Seal == SealState.Unrevealed)
                .Select(s => new StandingProbabilities(new DateTimeOffset(s.From, TimeSpan.Zero), new DateTimeOffset(s.To, TimeSpan.Zero), []));

    private static IEnumerable<StandingProbabilities> Standing(ForecastTimeline timeline, ScoredRecord record) =>
        StandingIntervals
            .OfForecaster(timeline.Steps, record.Question.OpensAt, record.End)
            .Select(s => new StandingProbabilities(
                new DateTimeOffset(s.From, TimeSpan.Zero),
                new DateTimeOffset(s.To, TimeSpan.Zero),
                (s.Prediction as Prediction.Categorical)?.Probabilities ?? []
            ));

    private static IReadOnlyList<StandingProbabilities> Within(IEnumerable<StandingProbabilities> standing, (DateTimeOffset From, DateTimeOffset To) stretch) =>
        StandingProbabilities.Clip(standing, stretch.From, stretch.To);
}
