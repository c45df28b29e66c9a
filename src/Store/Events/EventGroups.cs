using Domain.Forecasts;
using Domain.Resolutions;

namespace Store.Events;

/// <summary>The types of event that several readers ask for together.</summary>
internal static class EventGroups
{
    /// <summary>What states a forecast.</summary>
    public static readonly Type[] Statements = [typeof(ForecastSubmitted), typeof(ForecastRevised)];

    /// <summary>The steps that somebody took with a forecast. An expiry is none of them: it is in the step that it ends.</summary>
    public static readonly Type[] Steps = [.. Statements, typeof(ForecastWithdrawn)];

    /// <summary>What says how a question came out, or that it did not.</summary>
    public static readonly Type[] Claims = [typeof(QuestionResolved), typeof(ResolutionCorrected), typeof(QuestionAnnulled), typeof(ResolutionTakenBack)];
}
