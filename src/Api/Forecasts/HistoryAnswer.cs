using Domain.People;
using Domain.Questions;

namespace Api.Forecasts;

/// <summary>One step of a forecast's history.</summary>
/// <param name="Before">What stood before the step; null where nothing did.</param>
/// <param name="After">What stands from the step on; null after a withdrawal or an expiry.</param>
/// <param name="Evidence">What the step was said to rest on; null where nothing was named.</param>
/// <param name="LedgerIndex">The index of its leaf in the ledger; null where it has none (yet).</param>
/// <param name="ExpiresAt">The instant from which it stands no longer, unless it is revised before; null for never.</param>
public sealed record StepAnswer(
    Guid EventId,
    string Type,
    DateTimeOffset MadeAt,
    DateTimeOffset RecordedAt,
    string? Actor,
    StatementAnswer? Before,
    StatementAnswer? After,
    string? Rationale,
    IReadOnlyList<string>? Evidence,
    DateTimeOffset? ExpiresAt,
    bool Imported,
    bool AfterOutcome,
    long? LedgerIndex = null
);

/// <summary>A forecast's steps in the order in which they were made; <paramref name="Next"/> is there where they go on.</summary>
public sealed record HistoryAnswer(string Question, string Analyst, IReadOnlyList<StepAnswer> Steps, string? Next = null);
