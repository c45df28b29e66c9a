using System.Text.Json;
using Api.Serialization;
using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Worker.EventNotifications;

namespace Api.Questions;

/// <summary>A range as people write it: numbers, or dates on a date question.</summary>
/// <param name="Min">The lower end: a number, or a date.</param>
/// <param name="Max">The upper end: a number, or a date.</param>
/// <param name="Open">Which ends are open: <c>lower</c>, <c>upper</c>, both or none.</param>
public sealed record RangeBody(JsonElement Min, JsonElement Max, IReadOnlyList<string>? Open = null)
{
    /// <summary>What a range is, as it is said to whoever sent something else.</summary>
    public const string Expected = $"A range has min and max (numbers; on a date question {Instants.Expected}) and open, a list of lower and upper.";

    public static RangeBody? Of(Question q) => Of(q.Type, q.Range);

    /// <summary>A range as people write it; null where there is none.</summary>
    public static RangeBody? Of(QuestionType type, QuestionRange? range) =>
        range is not { } r ? null : new RangeBody(Value(type, r.Min), Value(type, r.Max), [.. Ends(r)]);

    /// <summary>The range, or null where an end is neither a number nor, on a date question, a date.</summary>
    public QuestionRange? ToRange(QuestionType type)
    {
        var open = Open ?? [];
        if (open.Any(e => e is not ("lower" or "upper")))
            return null;
        return Read(type, Min) is { } min && Read(type, Max) is { } max ? new QuestionRange(min, max, open.Contains("lower"), open.Contains("upper")) : null;
    }

    /// <summary>A place in the range, as a number; null where it cannot be read as one.</summary>
    public static double? Read(QuestionType type, JsonElement value) =>
        (type.Form(), value.ValueKind) switch
        {
            (OutcomeForm.Date, JsonValueKind.String) => OutcomeText.ParseDay(value.GetString()!),
            (OutcomeForm.Number, JsonValueKind.Number) when WrittenNumbers.TryRead(value, out var n) => n,
            _ => null,
        };

    /// <summary>A place in the range as people write it.</summary>
    public static JsonElement Value(QuestionType type, double value) =>
        type.CountsDays() ? JsonSerializer.SerializeToElement(OutcomeText.FormatDay(value)) : JsonSerializer.SerializeToElement(value);

    private static IEnumerable<string> Ends(QuestionRange range)
    {
        if (range.OpenLower)
            yield return "lower";
        if (range.OpenUpper)
            yield return "upper";
    }
}

/// <summary>What waits for a second person.</summary>
/// <param name="Id">The id of the event that proposed it, which a confirmation or a rejection names.</param>
/// <param name="Kind">What the proposal would do.</param>
/// <param name="Outcome">The outcome that is proposed.</param>
/// <param name="KnownAt">The instant from which it was known, as the proposer says.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">What shows it.</param>
/// <param name="ProposedBy">Who proposed it.</param>
public sealed record ProposalAnswer(
    Guid? Id,
    ProposalKind Kind,
    JsonElement Outcome,
    DateTimeOffset KnownAt,
    string Reason,
    IReadOnlyList<string> Evidence,
    string ProposedBy
);

/// <summary>A question as the API shows it.</summary>
/// <example>{"slug":"rain","title":"Will it rain?","background":"","resolutionCriteria":"Yes if the gauge shows 1 mm.","type":"binary","status":"open",
/// "opensAt":"2026-01-01T00:00:00Z","closesAt":"2036-01-01T00:00:00Z","resolvesBy":"2036-02-01T00:00:00Z","options":["yes","no"],"tags":["weather"],
/// "imported":false,"version":2,"clarifications":[],"evidence":[]}</example>
public sealed record QuestionAnswer
{
    /// <summary>The name by which the question is addressed.</summary>
    public required string Slug { get; init; }

    /// <summary>The question in a sentence.</summary>
    public required string Title { get; init; }

    /// <summary>What forecasters should know; it may be empty.</summary>
    public required string Background { get; init; }

    /// <summary>By what the outcome is decided.</summary>
    public required string ResolutionCriteria { get; init; }

    /// <summary>What kind of outcome the question has.</summary>
    public required QuestionType Type { get; init; }

    /// <summary>What can happen to the question next.</summary>
    public required QuestionStatus Status { get; init; }

    /// <summary>The instant from which forecasts are taken, which is included.</summary>
    public required DateTimeOffset OpensAt { get; init; }

    /// <summary>The instant from which no forecast is taken any more.</summary>
    public required DateTimeOffset ClosesAt { get; init; }

    /// <summary>The instant by which the outcome is expected.</summary>
    public required DateTimeOffset ResolvesBy { get; init; }

    /// <summary>The instant at which spot scores are taken; null for none.</summary>
    public DateTimeOffset? SpotAt { get; init; }

    /// <summary>The options in their order; null where the question has a range.</summary>
    public IReadOnlyList<string>? Options { get; init; }

    /// <summary>The range; null where the question has options.</summary>
    public RangeBody? Range { get; init; }

    /// <summary>The unit of a number; null for none.</summary>
    public string? Unit { get; init; }

    /// <summary>The outcome of another question on which this one depends; null for none.</summary>
    public QuestionCondition? Condition { get; init; }

    /// <summary>The group of questions that hang together; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>The tags by which the question is found.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The document that the question was taken from; null for none.</summary>
    public QuestionSource? Source { get; init; }

    /// <summary>The outcome if nothing changes; null where none was named.</summary>
    public string? StatusQuo { get; init; }

    /// <summary>Whether the question came from a file.</summary>
    public required bool Imported { get; init; }

    /// <summary>What came out; null where no outcome stands.</summary>
    public JsonElement? Outcome { get; init; }

    /// <summary>The instant from which the outcome was known; null where none stands.</summary>
    public DateTimeOffset? KnownAt { get; init; }

    /// <summary>The id of the event by which the outcome stands, which a dispute names.</summary>
    public Guid? ResolutionId { get; init; }

    /// <summary>Why this is the outcome; null where none stands.</summary>
    public string? Reason { get; init; }

    /// <summary>What shows the outcome; null where none stands.</summary>
    public IReadOnlyList<string>? ResolutionEvidence { get; init; }

    /// <summary>Who proposed the outcome here; null where it was imported.</summary>
    public string? ProposedBy { get; init; }

    /// <summary>Who confirmed it here; null where it was imported.</summary>
    public string? ConfirmedBy { get; init; }

    /// <summary>Whom the log of an imported outcome names as proposer and confirmer; nobody here has checked it.</summary>
    public ClaimedNames? Claims { get; init; }

    /// <summary>Whether somebody doubts the outcome; null where none stands.</summary>
    public bool? Disputed { get; init; }

    /// <summary>The question whose outcome made this one void, where its condition failed.</summary>
    public string? FailedCondition { get; init; }

    /// <summary>What waits for a second person; null where nothing does.</summary>
    public ProposalAnswer? Proposal { get; init; }

    /// <summary>The version, which <c>If-Match</c> names.</summary>
    public required long Version { get; init; }

    /// <summary>What was added to the criteria, in the order of time.</summary>
    public required IReadOnlyList<Clarification> Clarifications { get; init; }

    /// <summary>The events of the real world that were logged, in the order in which they happened.</summary>
    public required IReadOnlyList<Evidence> Evidence { get; init; }

    /// <summary>The question in a state of its own, that of now or an earlier one.</summary>
    public static QuestionAnswer Of(Question q)
    {
        var resolution = q.Resolution;
        return new QuestionAnswer
        {
            Slug = q.Slug,
            Title = q.Title,
            Background = q.Background,
            ResolutionCriteria = q.ResolutionCriteria,
            Type = q.Type,
            Status = q.Status,
            OpensAt = q.OpensAt,
            ClosesAt = q.ClosesAt,
            ResolvesBy = q.ResolvesBy,
            SpotAt = q.SpotAt,
            Options = q.Options.Count > 0 ? q.Options : null,
            Range = RangeBody.Of(q),
            Unit = q.Unit,
            Condition = q.Condition,
            Group = q.Group,
            Tags = q.Tags,
            Source = q.Source,
            StatusQuo = q.StatusQuo,
            Imported = q.Imported,
            Outcome = resolution is null ? null : OutcomeJson(q.Type, OutcomeText.OfRecord(q, resolution.Outcome, resolution.KnownAt)),
            KnownAt = resolution?.KnownAt,
            ResolutionId = q.ResolutionId,
            Reason = resolution?.Reason,
            ResolutionEvidence = resolution?.Evidence,
            ProposedBy = resolution is { Imported: false } ? resolution.ProposedBy : null,
            ConfirmedBy = resolution is { Imported: false } ? resolution.ConfirmedBy : null,
            Claims = resolution?.Claimed() is { } claims && claims is not { ProposedBy: null, ConfirmedBy: null } ? claims : null,
            Disputed = resolution is null ? null : q.Disputed,
            FailedCondition = resolution?.FailedCondition,
            Proposal = q.Proposal is not { } p
                ? null
                : new ProposalAnswer(
                    q.ProposalId,
                    p.Kind,
                    OutcomeJson(q.Type, OutcomeText.OfRecord(q, p.Outcome, p.KnownAt)),
                    p.KnownAt,
                    p.Reason,
                    p.Evidence,
                    p.ProposedBy
                ),
            Version = q.Version,
            Clarifications = q.Clarifications,
            Evidence = [.. q.Evidence.OrderBy(e => e.OccurredAt)],
        };
    }

    /// <summary>
    /// An outcome as the contract has it: a number on a numeric question, an object of degrees where options hold in part, else a word or a date.
    /// </summary>
    public static JsonElement OutcomeJson(QuestionType type, string outcome) =>
        OutcomeNode.Of(type, outcome) is { } node ? JsonSerializer.SerializeToElement(node) : JsonSerializer.SerializeToElement(outcome);
}
