using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.TrackRecords;

namespace Domain.ReferenceForecasters;

/// <summary>
/// A baseline that anybody could have stated without knowing anything: a formula that never looks ahead. A class that derives from this is found by
/// <see cref="ReferenceForecasters.All"/>: it is scored on every question to which it applies, and answered wherever a forecaster can be named.
/// </summary>
public abstract class ReferenceForecaster : IRegistryEntry
{
    /// <param name="name">The name after <c>reference:</c>, such as <c>uniform</c>: 1 to 70 characters of a to z, 0 to 9 and <c>-</c>.</param>
    /// <param name="place">Where the reference stands in lists.</param>
    private protected ReferenceForecaster(string name, int place) => (Name, Forecaster, Place) = (name, ReferenceForecasters.Prefix + name, place);

    /// <summary>The name after <c>reference:</c>, such as <c>uniform</c>.</summary>
    public string Name { get; }

    /// <summary>The name under which the reference is scored like a forecaster, such as <c>reference:uniform</c>.</summary>
    public string Forecaster { get; }

    /// <summary>Where the reference stands in lists; see <see cref="Registry"/>.</summary>
    public int Place { get; }

    /// <summary>Whether the reference reads how other questions came out. Its rows are then scored again when those change.</summary>
    public virtual bool ReadsEarlierOutcomes => false;

    /// <summary>What the reference states on a question, in the order of time; null where it does not apply to the question.</summary>
    /// <param name="question">The question. Its outcome is not read: it was not known then.</param>
    /// <param name="earlier">
    /// How earlier questions under the same tag came out, in any order. What became known at an instant counts from the tick after it.
    /// </param>
    /// <param name="until">The instant before which steps are wanted.</param>
    public abstract IReadOnlyList<ForecastStep>? Steps(ResolvedQuestion question, IReadOnlyList<EarlierOutcome> earlier, DateTimeOffset until);

    /// <summary>The same as a forecaster's timeline; null where the reference does not apply to the question.</summary>
    public ForecastTimeline? Timeline(ResolvedQuestion question, IReadOnlyList<EarlierOutcome> earlier, DateTimeOffset until) =>
        Steps(question, earlier, until) is { } steps ? new ForecastTimeline(Forecaster, ForecasterKind.Reference, steps) : null;

    /// <summary>The name of the forecaster.</summary>
    public override string ToString() => Forecaster;
}
