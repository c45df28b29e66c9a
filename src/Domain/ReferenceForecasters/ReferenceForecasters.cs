using System.Collections.Immutable;
using Domain.Forecasts;
using Domain.Questions;
using Domain.TrackRecords;

namespace Domain.ReferenceForecasters;

/// <summary>The reference forecasters: one for each class that derives from <see cref="ReferenceForecaster"/>.</summary>
public static class ReferenceForecasters
{
    /// <summary>What the forecaster name of every reference begins with.</summary>
    public const string Prefix = "reference:";

    /// <summary>All references, in the order of lists.</summary>
    public static ImmutableArray<ReferenceForecaster> All { get; } = Registry.EntriesOf<ReferenceForecaster>(typeof(ReferenceForecaster).Assembly);

    /// <summary>The reference of that class.</summary>
    public static T The<T>()
        where T : ReferenceForecaster => All.OfType<T>().Single();

    /// <summary>The reference that is scored under a forecaster's name, such as <c>reference:uniform</c>; null where the name is no reference's.</summary>
    public static ReferenceForecaster? OfForecaster(string forecaster)
    {
        ArgumentNullException.ThrowIfNull(forecaster);
        foreach (var reference in All)
        {
            if (reference.Forecaster == forecaster)
                return reference;
        }

        return null;
    }

    /// <summary>What each reference states that applies to a question, in the order of lists.</summary>
    /// <inheritdoc cref="ReferenceForecaster.Steps"/>
    public static IEnumerable<ForecastTimeline> On(ResolvedQuestion question, IReadOnlyList<EarlierOutcome> earlier, DateTimeOffset until)
    {
        foreach (var reference in All)
        {
            if (reference.Timeline(question, earlier, until) is { } timeline)
                yield return timeline;
        }
    }
}
