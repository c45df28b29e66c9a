namespace Domain.Erasures;

/// <summary>A free text of an event that can be erased by itself.</summary>
/// <param name="Index">Its place among the free texts of the event, from 0.</param>
/// <param name="Field">Its place in the data, in the API's spelling: <c>rationale</c>, <c>source/locator</c>.</param>
/// <param name="IsErased">Whether it was erased already.</param>
public sealed record ErasableText(int Index, string Field, bool IsErased);

/// <summary>Who may erase what.</summary>
public static class ErasureDecisions
{
    /// <summary>The most characters of a reason.</summary>
    public const int MaxReason = 1_000;

    /// <summary>The most fields that a request may name.</summary>
    public const int MaxFields = 10;

    /// <summary>Whether somebody may erase a text: an admin every one, a forecaster those of their own forecasts.</summary>
    /// <param name="stream">The stream of the event.</param>
    /// <param name="caller">The slug of who asks.</param>
    /// <param name="isAdmin">Whether who asks has the role admin.</param>
    public static bool MayErase(string stream, string caller, bool isAdmin) =>
        isAdmin || (stream.StartsWith(StreamKeys.AllForecasts, StringComparison.Ordinal) && stream.EndsWith($"/{caller}", StringComparison.Ordinal));

    /// <summary>Which texts of an event are erased by a request.</summary>
    /// <param name="texts">The texts that can be erased.</param>
    /// <param name="fields">The fields that are asked for; null for all texts.</param>
    /// <param name="reason">Why.</param>
    /// <param name="refused">The refusal; null where something is erased.</param>
    public static IReadOnlyList<ErasableText> Choose(IReadOnlyList<ErasableText> texts, IReadOnlyList<string>? fields, string reason, out Decision? refused)
    {
        refused = null;
        if (ReasonFault(reason) is { } fault)
            refused = fault;
        else if (fields is { Count: 0 or > MaxFields })
            refused = Decision.Invalid("texts", $"Name 1 to {MaxFields} fields, or leave texts out for all of them; these are {fields.Count}.");
        else if (fields?.FirstOrDefault(f => texts.All(t => t.Field != f)) is { } unknown)
            refused = Decision.Invalid("texts", $"The event has no text '{unknown.Shortened(80)}' that can be erased; {Has(texts)}.");
        if (refused is not null)
            return [];
        var chosen = texts.Where(t => !t.IsErased && (fields is null || fields.Contains(t.Field, StringComparer.Ordinal))).ToList();
        if (chosen.Count == 0)
            refused = Decision.Conflict(texts.Count == 0 ? "The event has no text that can be erased." : "What is to be erased was erased before.");
        return chosen;
    }

    /// <summary>Whether a person may not be erased.</summary>
    /// <param name="analyst">The slug of the person.</param>
    /// <param name="by">The slug of who asks.</param>
    /// <param name="isErased">Whether the person was erased before.</param>
    /// <param name="reason">Why.</param>
    /// <returns>The refusal; null where nothing stands against it.</returns>
    public static Decision? RefuseToErase(string analyst, string by, bool isErased, string reason) =>
        ReasonFault(reason)
        ?? (
            analyst == by ? Decision.Conflict("Nobody erases themselves: let another admin do it, so that there is one left.")
            : isErased ? Decision.Conflict($"{analyst} was erased before.")
            : null
        );

    private static Decision? ReasonFault(string reason) =>
        reason.Length is 0 or > MaxReason
            ? Decision.Invalid(
                "reason",
                $"A reason has 1 to {MaxReason.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)} characters; this has {reason.Size()}."
            )
            : null;

    private static string Has(IReadOnlyList<ErasableText> texts) =>
        texts.Count == 0 ? "it has none" : $"it has {string.Join(", ", texts.Select(t => t.Field))}";
}
