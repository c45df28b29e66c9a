using Api.Problems;
using Domain;
using Domain.Comparison;
using Domain.People;
using Marten;
using Store.Scoring;

namespace Api.Scores;

/// <summary>Who can be asked about: registered analysts, whoever has forecast, and what is computed.</summary>
public static class Forecasters
{
    public static IResult Missing(string forecaster) =>
        Problem.NotFound(
            $"There is no forecaster '{forecaster}'. There are analysts, consensus:<method> (median, mean, …) and reference:<name> (uniform, base-rate, …)."
        );

    /// <summary>The last event that changed a score of the forecaster, 0 where none has; null for who is unknown.</summary>
    public static async Task<long?> LastScoringAsync(this ScoreSnapshot snapshot, IQuerySession session, string forecaster, CancellationToken token)
    {
        if (!StreamKeys.IsForecaster(forecaster))
            return null;

        // What is computed from others' forecasts can change with any of them.
        if (ForecasterTimelines.IsComputed(forecaster))
            return await snapshot.LastChangeAsync(token);
        if (await snapshot.LastScoringAsync(forecaster, token) is { } scored)
            return snapshot.At.IsPresent ? scored : await snapshot.LastChangeAsync(token);
        return await snapshot.LastStepAsync(forecaster, token) is not null || await session.IsRegisteredAsync(forecaster, token) ? 0 : null;
    }

    /// <summary>Whether the name is that of a registered analyst or of something computed. Whoever forecasts is registered, imported forecasters too.</summary>
    public static async Task<bool> IsForecasterAsync(this IQuerySession session, string forecaster, CancellationToken token) =>
        StreamKeys.IsForecaster(forecaster) && (ForecasterTimelines.IsComputed(forecaster) || await session.IsRegisteredAsync(forecaster, token));

    private static Task<bool> IsRegisteredAsync(this IQuerySession session, string forecaster, CancellationToken token) =>
        session.Query<Analyst>().AnyAsync(a => a.Slug == forecaster, token);

    /// <summary>
    /// A version of what is read from the steps of forecasts too: it tells apart a view that has not got all of those that the scores were made of.
    /// </summary>
    public static async Task<string> WithStepsAsync(this ScoreSnapshot snapshot, long scoring, CancellationToken token)
    {
        var steps = Math.Min(await snapshot.StepsReachedAsync(token), await snapshot.ImportedReachedAsync(token));
        return steps >= scoring ? $"{scoring}" : $"{scoring}.{steps}";
    }
}
