using Domain.Forecasts;
using Domain.Resolutions;

namespace Store.Events;

/// <summary>The types of event that several readers ask for together.</summary>
internal static class EventGroups
{
    /// <summary>The events that state a forecast. A revelation states it once more, as of the sealing.</summary>
    public static readonly Type[] Statements = [typeof(ForecastSubmitted), typeof(ForecastRevised), typeof(ForecastRevealed)];

    /// <summary>The steps that a forecaster takes. An expiry is not one of them: the step that expires already states it.</summary>
    public static readonly Type[] Steps = [.. Statements, typeof(ForecastWithdrawn)];

    /// <summary>The events that say how a question was resolved, or that it was not.</summary>
    public static readonly Type[] Claims = [typeof(QuestionResolved), typeof(ResolutionCorrected), typeof(QuestionAnnulled), typeof(ResolutionTakenBack)];

    /// <summary>The events on the way of a question's outcome: what was proposed, rejected, confirmed and disputed.</summary>
    public static readonly Type[] Resolving = [.. Claims, typeof(ResolutionProposed), typeof(ResolutionRejected), typeof(ResolutionDisputed)];
}
