using System.Text.Json.Serialization;
using Domain.Resolutions;

namespace Domain.Questions;

/// <summary>A clarification added to the criteria; it never rewrites them.</summary>
/// <param name="Text">The clarification.</param>
/// <param name="At">When it was added, UTC.</param>
public sealed record Clarification(string Text, DateTimeOffset At);

/// <summary>A logged real-world event that bears on the question.</summary>
/// <param name="OccurredAt">When it happened in the world, UTC.</param>
/// <param name="Title">What happened.</param>
/// <param name="Source">Who reports it.</param>
/// <param name="Url">The address of the report; null where there is none.</param>
public sealed record Evidence(DateTimeOffset OccurredAt, string Title, string Source, string? Url);

/// <summary>A confirmed outcome, with what stands behind it.</summary>
/// <param name="Outcome">The outcome in its one spelling (<see cref="OutcomeText.Format"/>), or <see cref="OutcomeText.Annulled"/>.</param>
/// <param name="KnownAt">The instant from which the world knew it, included; UTC.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Evidence">What supports it: addresses or descriptions.</param>
/// <param name="ProposedBy">The slug of the proposer; of an imported outcome, of the importer.</param>
/// <param name="ConfirmedBy">The slug of the confirmer; of an imported outcome, of the importer.</param>
/// <param name="FailedCondition">The slug of the question whose outcome made this one void; null where people decided.</param>
/// <param name="Imported">Whether it comes from a log of history.</param>
/// <param name="Claims">Whom the log names; null for what was decided here, and in what earlier versions imported.</param>
public sealed record Resolution(
    string Outcome,
    DateTimeOffset KnownAt,
    string Reason,
    IReadOnlyList<string> Evidence,
    string ProposedBy,
    string ConfirmedBy,
    string? FailedCondition = null,
    bool Imported = false,
    ClaimedNames? Claims = null
)
{
    /// <summary>Whom a log of history names as proposer and confirmer; null where two people did it here.</summary>
    public ClaimedNames? Claimed() => ClaimedNames.Of(Imported, Claims, ProposedBy, ConfirmedBy);
}

/// <summary>A question's state, folded from its stream.</summary>
public sealed record Question : IOutcomeSpace
{
    /// <summary>The stream's key.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the question in addresses. It never changes.</summary>
    public required string Slug { get; init; }

    /// <summary>What is asked, in one line.</summary>
    public required string Title { get; init; }

    /// <summary>What a forecaster should know first; may be empty.</summary>
    public string Background { get; init; } = "";

    /// <summary>How the outcome will be decided; empty only for an imported question.</summary>
    public string ResolutionCriteria { get; init; } = "";

    /// <summary>The kind of answer.</summary>
    public required QuestionType Type { get; init; }

    /// <summary>Where the question stands in its life.</summary>
    public QuestionStatus Status { get; init; }

    /// <summary>The options in their order; <c>yes</c> and <c>no</c> for a binary question, none for numeric and date questions.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The range of a number or a date; null for a question with options.</summary>
    public QuestionRange? Range { get; init; }

    /// <summary>The unit of a number; null where there is none.</summary>
    public string? Unit { get; init; }

    /// <summary>The instant from which forecasts are taken, UTC, included.</summary>
    public DateTimeOffset OpensAt { get; init; }

    /// <summary>The instant from which forecasts are no longer taken, UTC: the scheduled one, as it was last moved.</summary>
    public DateTimeOffset ClosesAt { get; init; }

    /// <summary>The instant by which the outcome should be known, UTC, included.</summary>
    public DateTimeOffset ResolvesBy { get; init; }

    /// <summary>The instant of the spot scores, UTC; null for the default.</summary>
    public DateTimeOffset? SpotAt { get; init; }

    /// <summary>The tags in the order in which they were given.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The document from which the question was drawn; null where there is none.</summary>
    public QuestionSource? Source { get; init; }

    /// <summary>The condition under which the question is asked; null where it is asked in any case.</summary>
    public QuestionCondition? Condition { get; init; }

    /// <summary>The group of related questions, resampled as a whole; null where the question stands alone.</summary>
    public string? Group { get; init; }

    /// <summary>The outcome that comes out if nothing changes, where the question names one.</summary>
    public string? StatusQuo { get; init; }

    /// <summary>Whether the question comes from a file of history.</summary>
    public bool Imported { get; init; }

    /// <summary>The confirmed outcome, once there is one; also for an annulled question.</summary>
    public Resolution? Resolution { get; init; }

    /// <summary>What waits for a second person, if anything does.</summary>
    public ResolutionProposed? Proposal { get; init; }

    /// <summary>The id of the event that proposed it; null where nothing waits, and in a state that earlier versions kept.</summary>
    public Guid? ProposalId { get; init; }

    /// <summary>
    /// The id of the event by which the outcome stands, which a dispute names; null where there is none, and in a state that earlier versions kept.
    /// </summary>
    public Guid? ResolutionId { get; init; }

    /// <summary>When it stopped to take forecasts, once it has; whatever happens to its outcome, it does not open again.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>
    /// An instant before the close from which the question took no forecasts for a time, UTC: that from which an outcome was known that stands no more, or
    /// what the file says that the question comes from. The earliest of several; null where there is none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EarlierStop { get; init; }

    /// <summary>The outcome that stood when the condition failed, and that stands again should the condition come true after all.</summary>
    public Resolution? SetAside { get; init; }

    /// <summary>Whether the outcome that stands is disputed.</summary>
    public bool Disputed { get; init; }

    /// <summary>The clarifications, in the order in which they were added.</summary>
    public IReadOnlyList<Clarification> Clarifications { get; init; } = [];

    /// <summary>The evidence, in the order in which it was logged.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    /// <summary>The stream's version: the number of events that this state was folded from.</summary>
    public long Version { get; init; }

    OutcomeForm IOutcomeSpace.Form => Type.Form();

    bool IOutcomeSpace.IsBinary => Type.IsYesOrNo();

    bool IOutcomeSpace.Includes(double value) => Range is not { } range || ((range.OpenLower || value >= range.Min) && (range.OpenUpper || value <= range.Max));

    /// <summary>The state after the first event of a stream.</summary>
    public static Question Drafted(string id, QuestionDrafted e) =>
        new()
        {
            Id = id,
            Slug = e.Slug,
            Title = e.Title,
            Background = e.Background,
            ResolutionCriteria = e.ResolutionCriteria,
            Type = e.Type,
            Status = QuestionStatus.Draft,
            Options = e.Options,
            Range = e.Range,
            Unit = e.Unit,
            OpensAt = e.OpensAt,
            ClosesAt = e.ClosesAt,
            ResolvesBy = e.ResolvesBy,
            SpotAt = e.SpotAt,
            Tags = e.Tags,
            Source = e.Source,
            Condition = e.Condition,
            Group = e.Group,
            StatusQuo = e.StatusQuo,
            Imported = e.Imported,
        };

    /// <summary>A stream's state after one more event; null before the draft, and once it was dropped.</summary>
    /// <param name="question">The state before it; null where there is none.</param>
    /// <param name="id">The stream's key.</param>
    /// <param name="e">The event.</param>
    /// <param name="eventId">The id under which it was recorded.</param>
    /// <param name="version">Its place in the stream, from 1.</param>
    public static Question? Folded(Question? question, string id, object e, Guid eventId, long version) =>
        (e is QuestionDrafted drafted ? Drafted(id, drafted) : question?.After(e, eventId)) is { } next && e is not DraftDropped
            ? next with
            {
                Version = version,
            }
            : null;

    /// <summary>The draft that would make the question as it now is.</summary>
    public QuestionDrafted ToDraft() =>
        new(
            Slug,
            Title,
            Background,
            ResolutionCriteria,
            Type,
            Options,
            Range,
            Unit,
            OpensAt,
            ClosesAt,
            ResolvesBy,
            SpotAt,
            Tags,
            Source,
            Condition,
            Group,
            StatusQuo,
            Imported
        );

    /// <summary>The state after one more event that was recorded under an id: a proposal is confirmed or rejected by it, an outcome disputed.</summary>
    public Question After(object e, Guid eventId) =>
        e switch
        {
            ResolutionProposed => After(e) with { ProposalId = eventId },
            IConfirmedOutcome => After(e) with { ResolutionId = eventId },
            _ => After(e),
        };

    /// <summary>The state after one more event; events of other kinds change nothing.</summary>
    /// <remarks>After a draft was dropped there is no state; whoever folds a whole stream asks <see cref="Folded"/>.</remarks>
    public Question After(object e) =>
        e switch
        {
            QuestionEdited edit => Edited(edit.Before, edit.After),
            QuestionOpened o => this with { Status = QuestionStatus.Open, EarlierStop = o.StoppedAt },
            OptionsNamed o => this with { Options = o.Options },
            CriteriaClarified c => this with { Clarifications = [.. Clarifications, new Clarification(c.Text, c.ClarifiedAt)] },
            CloseRescheduled r => this with { ClosesAt = r.ClosesAt },
            QuestionClosed c => this with { Status = Status == QuestionStatus.Open ? QuestionStatus.Closed : Status, ClosedAt = c.ClosedAt },
            EvidenceLogged l => this with { Evidence = [.. Evidence, new Evidence(l.OccurredAt, l.Title, l.Source, l.Url)] },
            ResolutionProposed p => this with
            {
                ProposalId = null,
                Proposal = p with { Outcome = OutcomeText.OfRecord(this, p.Outcome, p.KnownAt) },
                Status = Status is QuestionStatus.Open or QuestionStatus.Closed ? QuestionStatus.Proposed : Status,
            },
            ResolutionRejected => this with { Proposal = null, ProposalId = null, Status = Status == QuestionStatus.Proposed ? WithoutOutcome : Status },
            QuestionAnnulled a => Settle(QuestionStatus.Annulled, a, a.FailedCondition) with { SetAside = a.FailedCondition is null ? null : Resolution },
            IConfirmedOutcome o => Settle(QuestionStatus.Resolved, o),
            ResolutionDisputed => this with { Disputed = true },
            ResolutionTakenBack => this with
            {
                Status = WithoutOutcome,
                Resolution = null,
                ResolutionId = null,
                EarlierStop = StopSoFar,
                SetAside = null,
                Proposal = null,
                ProposalId = null,
                Disputed = false,
            },
            _ => this,
        };

    /// <summary>Where a question stands that has neither an outcome nor a proposal of one.</summary>
    private QuestionStatus WithoutOutcome => ClosedAt is null ? QuestionStatus.Open : QuestionStatus.Closed;

    private DateTimeOffset? StopSoFar => Resolution is { } r && r.KnownAt < (EarlierStop ?? ClosesAt) ? r.KnownAt : EarlierStop;

    private Question Edited(QuestionFields before, QuestionFields after) =>
        this with
        {
            Title = after.Title ?? Title,
            Background = after.Background ?? Background,
            ResolutionCriteria = after.ResolutionCriteria ?? ResolutionCriteria,
            Type = after.Type ?? Type,
            Options = after.Options ?? Options,
            Range = after.Range ?? (before.Range is null ? Range : null),
            Unit = after.Unit ?? (before.Unit is null ? Unit : null),
            OpensAt = after.OpensAt ?? OpensAt,
            ClosesAt = after.ClosesAt ?? ClosesAt,
            ResolvesBy = after.ResolvesBy ?? ResolvesBy,
            SpotAt = after.SpotAt ?? (before.SpotAt is null ? SpotAt : null),
            Tags = after.Tags ?? Tags,
            Source = after.Source ?? (before.Source is null ? Source : null),
            Condition = after.Condition ?? (before.Condition is null ? Condition : null),
            Group = after.Group ?? (before.Group is null ? Group : null),
            StatusQuo = after.StatusQuo ?? (before.StatusQuo is null ? StatusQuo : null),
        };

    private Question Settle(QuestionStatus status, IConfirmedOutcome o, string? failedCondition = null) =>
        this with
        {
            Status = status,
            Resolution = new Resolution(
                OutcomeText.OfRecord(this, o.Outcome, o.KnownAt),
                o.KnownAt,
                o.Reason,
                o.Evidence,
                o.ProposedBy,
                o.ConfirmedBy,
                failedCondition,
                o.Imported,
                o.Claims
            ),
            ResolutionId = null,
            EarlierStop = StopSoFar,
            SetAside = null,
            Proposal = null,
            ProposalId = null,
            Disputed = false,
        };
}
