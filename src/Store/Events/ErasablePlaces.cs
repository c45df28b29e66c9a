using System.Collections.Frozen;
using Domain.Erasures;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;

namespace Store.Events;

/// <summary>
/// Which of the free texts of an event can be erased by themselves: what somebody wrote. Names, options, tags and rows of scores have commitments of their own
/// too, and stay, since scores rest on them; a person's name and identity go with the person.
/// </summary>
public static class ErasablePlaces
{
    private static readonly FrozenSet<string> None = FrozenSet<string>.Empty;

    private static readonly FrozenSet<string> Reason = At("/reason");

    private static readonly FrozenSet<string> Outcome = At("/reason", "/evidence");

    private static readonly FrozenSet<string> Statement = At("/rationale", "/evidence");

    private static readonly FrozenDictionary<string, FrozenSet<string>> ByName = new Dictionary<Type, FrozenSet<string>>
    {
        [typeof(QuestionDrafted)] = At("/title", "/background", "/resolutionCriteria", "/unit", "/source/document", "/source/locator"),
        [typeof(CriteriaClarified)] = At("/text"),
        [typeof(CloseRescheduled)] = Reason,
        [typeof(EvidenceLogged)] = At("/title", "/source", "/url"),
        [typeof(ResolutionProposed)] = Outcome,
        [typeof(ResolutionRejected)] = Reason,
        [typeof(QuestionResolved)] = Outcome,
        [typeof(ResolutionDisputed)] = Reason,
        [typeof(ResolutionCorrected)] = Outcome,
        [typeof(ResolutionTakenBack)] = Outcome,
        [typeof(QuestionAnnulled)] = Outcome,
        [typeof(ForecastSubmitted)] = Statement,
        [typeof(ForecastRevised)] = Statement,
        [typeof(ForecastRevealed)] = Statement,
        [typeof(TextsErased)] = Reason,
    }.ToFrozenDictionary(p => EventNames.Of(p.Key), p => p.Value, StringComparer.Ordinal);

    /// <summary>The places whose text can be erased by itself, JSON pointers; none where there are none.</summary>
    /// <param name="name">The name of the type of event.</param>
    public static IReadOnlySet<string> Of(string name) => ByName.GetValueOrDefault(name, None);

    /// <summary>What stands for an erased text where the words in its place are not known, as JSON.</summary>
    /// <param name="name">The name of the type of event.</param>
    /// <param name="place">The place of the text.</param>
    /// <returns>Empty words, or an empty list; null for a text that cannot be erased.</returns>
    public static ReadOnlyMemory<byte>? Empty(string name, string place) =>
        !Of(name).Contains(place) ? (ReadOnlyMemory<byte>?)null
        : place == "/evidence" ? "[]"u8.ToArray()
        : "\"\""u8.ToArray();

    private static FrozenSet<string> At(params string[] places) => places.ToFrozenSet(StringComparer.Ordinal);
}
