using Domain.People;

namespace Domain.Forecasts;

/// <summary>
/// One step of a forecaster's forecast on a question: from <see cref="MadeAt"/> on <see cref="Prediction"/> stands, or nothing where it is
/// null (a withdrawal).
/// </summary>
/// <param name="MadeAt">When the forecast was made, UTC. It stands from this instant on, included.</param>
/// <param name="Sequence">The store's sequence of the event; of two steps made at one instant the later one wins.</param>
/// <param name="Prediction">What was forecast; null withdraws.</param>
/// <param name="ExpiresAt">The instant from which the forecast no longer stands by itself; null where it has no expiry.</param>
public readonly record struct ForecastStep(DateTimeOffset MadeAt, long Sequence, Prediction? Prediction, DateTimeOffset? ExpiresAt = null);

/// <summary>Everything that one forecaster said on one question, in any order.</summary>
/// <param name="Forecaster">The name of the forecaster.</param>
/// <param name="Kind">Who or what the forecaster is.</param>
/// <param name="Steps">What the forecaster said, in any order.</param>
public sealed record ForecastTimeline(string Forecaster, ForecasterKind Kind, IReadOnlyList<ForecastStep> Steps);
