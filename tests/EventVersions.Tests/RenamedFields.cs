using System.Runtime.CompilerServices;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Generations;
using Store.Events;

namespace EventVersions.Tests;

/// <summary>
/// A later version of this service, in which fields of some events have got other names: one upcaster each, as such a version would declare it.
/// <see cref="ToEarlierForm"/> makes of what this version stores what an earlier one would have stored.
/// </summary>
internal static class RenamedFields
{
    /// <summary>The statements that give stored events the earlier form, each of which must find one.</summary>
    public static readonly string[] ToEarlierForm =
    [
        Rename("forecast_submitted", "statement", "stated"),
        Rename("forecast_revealed", "statement", "stated"),
        Rename("forecast_revealed", "step", "sealing"),
        Rename("question_drafted", "closesAt", "closing"),
        Rename("question_resolved", "outcome", "result"),
        Rename("question_scored", "rows", "lines"),
        "update forecasts.mt_events set data = data - 'kind' where type = 'forecast_submitted' and data ? 'kind'",
    ];

    // Statements are made as their classes are first used, so this comes before any of them.
    [ModuleInitializer]
    internal static void Declare() =>
        EventUpcasters.Declare(
            EventUpcaster.Renamed<ForecastSubmitted>("stated", nameof(ForecastSubmitted.Statement)),
            EventUpcaster.Added<ForecastSubmitted>(nameof(ForecastSubmitted.Kind), "\"Person\""),
            EventUpcaster.Renamed<ForecastRevealed>("stated", nameof(ForecastRevealed.Statement)),
            EventUpcaster.Renamed<ForecastRevealed>("sealing", nameof(ForecastRevealed.Step)),
            EventUpcaster.Renamed<QuestionDrafted>("closing", nameof(QuestionDrafted.ClosesAt)),
            EventUpcaster.Renamed<QuestionResolved>("result", nameof(QuestionResolved.Outcome)),
            EventUpcaster.Renamed<QuestionScored>("lines", nameof(QuestionScored.Rows))
        );

    private static string Rename(string type, string name, string before) =>
        $"update forecasts.mt_events set data = data - '{name}' || jsonb_build_object('{before}', data -> '{name}') where type = '{type}' and data ? '{name}'";
}
