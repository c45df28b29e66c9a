using Domain.Erasures;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Generations;
using Marten.Events;

namespace Store.Events;

/// <summary>The name under which each event is stored. A name never changes.</summary>
public static class EventNames
{
    /// <summary>Every type of event with its name.</summary>
    public static IReadOnlyDictionary<Type, string> All { get; } =
        new Dictionary<Type, string>
        {
            [typeof(QuestionDrafted)] = "question_drafted",
            [typeof(QuestionEdited)] = "question_edited",
            [typeof(DraftDropped)] = "draft_dropped",
            [typeof(QuestionOpened)] = "question_opened",
            [typeof(OptionsNamed)] = "options_named",
            [typeof(CriteriaClarified)] = "criteria_clarified",
            [typeof(CloseRescheduled)] = "close_rescheduled",
            [typeof(QuestionClosed)] = "question_closed",
            [typeof(EvidenceLogged)] = "evidence_logged",
            [typeof(ResolutionProposed)] = "resolution_proposed",
            [typeof(ResolutionRejected)] = "resolution_rejected",
            [typeof(QuestionResolved)] = "question_resolved",
            [typeof(ResolutionDisputed)] = "resolution_disputed",
            [typeof(ResolutionCorrected)] = "resolution_corrected",
            [typeof(ResolutionTakenBack)] = "resolution_taken_back",
            [typeof(QuestionAnnulled)] = "question_annulled",
            [typeof(ForecastSubmitted)] = "forecast_submitted",
            [typeof(ForecastRevised)] = "forecast_revised",
            [typeof(ForecastWithdrawn)] = "forecast_withdrawn",
            [typeof(ForecastRevealed)] = "forecast_revealed",
            [typeof(ForecastExpired)] = "forecast_expired",
            [typeof(QuestionScored)] = "question_scored",
            [typeof(AnalystRegistered)] = "analyst_registered",
            [typeof(RolesChanged)] = "roles_changed",
            [typeof(TokenIssued)] = "token_issued",
            [typeof(TokenRevoked)] = "token_revoked",
            [typeof(PersonErased)] = "person_erased",
            [typeof(TextsErased)] = "texts_erased",
        };

    /// <summary>The name of a type of event.</summary>
    /// <typeparam name="T">The type.</typeparam>
    public static string Of<T>() => Of(typeof(T));

    /// <summary>The name of a type of event.</summary>
    /// <param name="type">The type.</param>
    internal static string Of(Type type) => All[type];

    internal static void MapEventNames(this IEventStoreOptions events)
    {
        foreach (var (type, name) in All)
            events.MapEventType(type, name);
    }
}
