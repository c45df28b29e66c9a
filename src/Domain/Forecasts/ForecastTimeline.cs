using Domain.People;

namespace Domain.Forecasts;

/// <summary>
/// One step of a forecaster's forecast on a question: from <see cref="MadeAt"/> on <see cref="Prediction"/> stands, or nothing where it is
/// null (a withdrawal).
/// </summary>
/// <param name="MadeAt">When the forecast was made, UTC.</param>
/// <param name="Sequence">The store's sequence of the event; the later of two steps made at one instant wins.</param>
/// <param name="Prediction">What was forecast; null withdraws.</param>
/// <param name="ExpiresAt">The instant at which the forecast stops to stand by itself, if it does.</param>
public readonly record struct ForecastStep(DateTimeOffset MadeAt, long Sequence, Prediction? Prediction, DateTimeOffset? ExpiresAt = null);

/// <summary>Everything that one forecaster said on one question, in any order.</summary>
public sealed record ForecastTimeline(string Forecaster, ForecasterKind Kind, IReadOnlyList<ForecastStep> Steps);
