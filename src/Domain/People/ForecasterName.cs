using System.Text.Json.Serialization;

namespace Domain.People;

/// <summary>
/// The name under which somebody forecasts, or something is computed. A type of its own, so that it does not stand where the name of a question belongs.
/// </summary>
/// <param name="Value">
/// The name as text, such as <c>ann</c> or <c>reference:uniform</c>: 1 to 80 characters of a to z, A to Z, 0 to 9 and <c>. _ : -</c>
/// (<see cref="StreamKeys.IsForecaster"/>). What callers ask for may be none; then there is no such forecaster.
/// </param>
[JsonConverter(typeof(ForecasterNameJson))]
public readonly record struct ForecasterName(string Value)
{
    /// <summary>The name as text.</summary>
    public override string ToString() => Value;
}
