using System.Text.Json.Serialization;

namespace Domain.Questions;

/// <summary>The name of a question in addresses and stream keys. A type of its own, so that it does not stand where a forecaster's name belongs.</summary>
/// <param name="Value">
/// The name as text: 1 to 80 characters of a to z, 0 to 9 and <c>-</c> (<see cref="StreamKeys.IsSlug"/>). What callers ask for may be none; then there is no
/// such question.
/// </param>
[JsonConverter(typeof(QuestionSlugJson))]
public readonly record struct QuestionSlug(string Value)
{
    /// <summary>The name as text.</summary>
    public override string ToString() => Value;
}
