using Domain.Resolutions;

namespace Domain.Questions;

/// <summary>What can happen to a question before its outcome is known, and when it is refused.</summary>
public static class QuestionDecisions
{
    /// <summary>The most characters of a title.</summary>
    public const int MaxTitle = 1_000;

    /// <summary>The most characters of the background.</summary>
    public const int MaxBackground = 20_000;

    /// <summary>The most characters of the resolution criteria.</summary>
    public const int MaxCriteria = 20_000;

    /// <summary>The most options of a question.</summary>
    public const int MaxOptions = 200;

    /// <summary>The most characters of an option.</summary>
    public const int MaxOption = 200;

    /// <summary>The most tags of a question.</summary>
    public const int MaxTags = 20;

    /// <summary>The most characters of a tag.</summary>
    public const int MaxTag = 80;

    /// <summary>The most characters of a group's name.</summary>
    public const int MaxGroup = 80;

    /// <summary>The most characters of a unit.</summary>
    public const int MaxUnit = 40;

    /// <summary>The most characters of the reason for a new close.</summary>
    public const int MaxReason = 5_000;

    /// <summary>The most characters of a clarification.</summary>
    public const int MaxClarification = 5_000;

    /// <summary>The most characters of the title of a piece of evidence.</summary>
    public const int MaxEvidenceTitle = 500;

    /// <summary>The most characters of the source of a piece of evidence.</summary>
    public const int MaxEvidenceSource = 500;

    /// <summary>The most characters of the address of a piece of evidence.</summary>
    public const int MaxUrl = 2_000;

    /// <summary>A new draft. Refuses whatever could not be scored later.</summary>
    public static Decision Draft(QuestionDrafted draft) => Faults(draft) is { Count: > 0 } refusals ? Decision.Refused(refusals) : Decision.Of(draft);

    /// <summary>Edits a question to what a draft would say of it. Nothing happens where that is what it says.</summary>
    /// <param name="question">The question as it stands.</param>
    /// <param name="wanted">The whole question as it is to be; of what is no draft any more, only <see cref="QuestionFields.AtAnyTime"/> may differ.</param>
    /// <param name="dependants">The questions whose condition is an outcome of this one.</param>
    public static Decision Edit(Question question, QuestionDrafted wanted, IReadOnlyCollection<Question> dependants)
    {
        var stands = question.ToDraft();
        var edit = new QuestionEdited(QuestionFields.Of(stands, wanted), QuestionFields.Of(wanted, stands));
        var changed = edit.Before.Names().Union(edit.After.Names()).ToHashSet(StringComparer.Ordinal);
        if (changed.Count == 0)
            return Decision.Of();
        if (Settled(question, changed) is { } conflict)
            return conflict;

        // What earlier versions let through stands in nobody's way who changes something else.
        var known = Faults(stands).Select(f => f.Field).ToHashSet();
        var refusals = Faults(wanted).Where(f => changed.Contains(f.Field!) || !known.Contains(f.Field)).ToList();
        if (refusals.Count > 0)
            return Decision.Refused(refusals);
        var edited = question.After(edit);
        var lost = dependants.FirstOrDefault(d =>
            d.Condition is { } c && OutcomeText.Parse(question, c.Outcome) is not null && OutcomeText.Parse(edited, c.Outcome) is null
        );
        return lost is { Condition.Outcome: var outcome }
            ? Decision.Conflict(
                $"'{lost.Slug}' is asked in the case that this question comes out '{outcome.Shortened(60)}', which would be no outcome of it any more; "
                    + "edit its condition first."
            )
            : Decision.Of(edit);
    }

    /// <summary>The refusal of an edit of what is no draft any more in a field that only a draft is edited in; null where none of the fields is one.</summary>
    /// <param name="question">The question as it stands.</param>
    /// <param name="fields">The fields, in the API's spelling.</param>
    public static Decision? Settled(Question question, IEnumerable<string> fields)
    {
        var settled = fields.Except(QuestionFields.AtAnyTime, StringComparer.Ordinal).Select(f => $"'{f}'").ToList();
        return question.Status == QuestionStatus.Draft || settled.Count == 0
            ? null
            : Decision.Conflict(
                $"The question is {Name(question.Status)}, and {string.Join(", ", settled)} can be edited only while it is a draft; "
                    + "leave out all but title, background, tags and group, which can be edited at any time."
            );
    }

    /// <summary>Drops a draft. Refused for what has been opened, and where other questions depend on it.</summary>
    /// <param name="question">The question as it stands.</param>
    /// <param name="dependants">The questions whose condition is an outcome of this one.</param>
    /// <param name="now">The instant of the command.</param>
    public static Decision Drop(Question question, IReadOnlyCollection<Question> dependants, DateTimeOffset now)
    {
        if (question.Status != QuestionStatus.Draft)
        {
            return Decision.Conflict(
                $"The question is {Name(question.Status)}; only a draft can be dropped. "
                    + $"Propose to annul it instead: POST /questions/{question.Slug}/resolution/annul."
            );
        }

        return dependants.FirstOrDefault() is { } dependant
            ? Decision.Conflict($"'{dependant.Slug}' depends on this question; edit its condition or drop it first.")
            : Decision.Of(new DraftDropped(now));
    }

    /// <summary>Everything for which a draft is refused.</summary>
    private static List<Refusal> Faults(QuestionDrafted draft)
    {
        var refusals = new List<Refusal>();
        void Require(bool holds, string field, string detail)
        {
            if (!holds)
                refusals.Add(new Refusal(RefusalKind.Invalid, detail, field));
        }

        Require(StreamKeys.IsSlug(draft.Slug), "slug", "A slug has 1 to 80 characters of a to z, 0 to 9 and '-'.");
        Require(draft.Title.Length is > 0 and <= MaxTitle, "title", $"A title has 1 to {MaxTitle:N0} characters; this has {draft.Title.Size()}.");
        Require(
            draft.Background.Length <= MaxBackground,
            "background",
            $"The background has at most {MaxBackground:N0} characters; this has {draft.Background.Size()}."
        );
        Require(
            draft.ResolutionCriteria.Length <= MaxCriteria,
            "resolutionCriteria",
            $"The criteria have at most {MaxCriteria:N0} characters; these have {draft.ResolutionCriteria.Size()}."
        );
        Require(draft.Imported || draft.ResolutionCriteria.Length > 0, "resolutionCriteria", "Say how the question will be resolved.");
        Require(
            draft.OpensAt < draft.ClosesAt,
            "closesAt",
            $"A question closes after it opens: {Instants.Format(draft.ClosesAt)} is not after {Instants.Format(draft.OpensAt)}."
        );
        Require(
            draft.ClosesAt <= draft.ResolvesBy,
            "resolvesBy",
            $"A question is resolved at its close or later: {Instants.Format(draft.ResolvesBy)} lies before {Instants.Format(draft.ClosesAt)}."
        );
        Require(
            draft.SpotAt is not { } spot || (spot > draft.OpensAt && spot <= draft.ResolvesBy),
            "spotAt",
            "The spot time lies after the opening and not after the date by which the question resolves, and "
                + $"{Instants.Format(draft.SpotAt ?? default)} does not; at the close is usual."
        );
        Require(draft.Tags.Fault(MaxTags, MaxTag) is null, "tags", $"At most {MaxTags} tags of 1 to {MaxTag} characters; {draft.Tags.Fault(MaxTags, MaxTag)}.");
        Require(
            draft.Group is null || draft.Group.Length is > 0 and <= MaxGroup,
            "group",
            $"A group has 1 to {MaxGroup} characters; this has {draft.Group?.Size()}."
        );
        Require(draft.Unit is null || draft.Unit.Length <= MaxUnit, "unit", $"A unit has at most {MaxUnit} characters; this has {draft.Unit?.Size()}.");
        Require(draft.Source is not { Document.Length: 0 }, "source", "A source names its document; leave the source out where there is none.");
        Require(draft.Condition is not { } c || c.Question != draft.Slug, "condition", "A question cannot be its own condition.");

        if (draft.Type.IsYesOrNo())
        {
            Require(draft.Options is ["yes", "no"], "options", "A binary question has the options yes and no, and names none itself.");
        }
        else if (draft.Type.HasOptions())
        {
            // An imported question may take its options from the forecasts on it. Forecasts cannot tell the order of options, so an ordered question names
            // them.
            Require(
                draft.Options.Count is >= 2 and <= MaxOptions || (draft is { Imported: true, Options.Count: 0 } && draft.Type.MayLeaveOptionsToForecasts()),
                "options",
                $"Name 2 to {MaxOptions} options; these are {draft.Options.Count}."
            );
            Require(draft.Options.Distinct(StringComparer.Ordinal).Count() == draft.Options.Count, "options", "No two options are the same.");
            Require(
                draft.Options.All(o => o.Length is > 0 and <= MaxOption && !OutcomeText.IsReserved(o)),
                "options",
                $"An option has 1 to {MaxOption} characters and is not 'annulled' or 'unresolved'."
            );
        }
        else
        {
            Require(draft.Options.Count == 0, "options", "A numeric or date question has a range instead of options.");
            Require(
                draft.Range is { } r && double.IsFinite(r.Min) && double.IsFinite(r.Max) && r.Min < r.Max,
                "range",
                "Give a range {min, max, open} with min below max."
            );
        }

        if (draft is { StatusQuo: not null, Range: not null } && draft.Type.HasRange())
        {
            Require(
                OutcomeText.Parse(Question.Drafted("", draft), draft.StatusQuo) is not null,
                "statusQuo",
                "The status quo is an outcome that the question can have: a number or a date within its range."
            );
        }

        if (draft.Type.HasOptions())
        {
            Require(draft.Range is null, "range", "Only numeric and date questions have a range.");
            Require(draft.StatusQuo is null || draft.Options.Contains(draft.StatusQuo), "statusQuo", "The status quo is one of the options.");
        }

        return refusals;
    }

    /// <summary>Opens a draft. Refused where its close has passed, unless it was imported.</summary>
    public static Decision Open(Question question, DateTimeOffset now)
    {
        if (question.Status != QuestionStatus.Draft)
            return Decision.Conflict($"The question is {Name(question.Status)}; only a draft can be opened.");
        return question.ClosesAt <= now && !question.Imported
            ? Decision.Conflict("The question's close has passed; draft it anew with a later one.")
            : Decision.Of(new QuestionOpened(now));
    }

    /// <summary>Closes an open question by hand; one whose close has passed closed then, whenever it is said.</summary>
    public static Decision Close(Question question, DateTimeOffset now) =>
        question.Status == QuestionStatus.Open
            ? Decision.Of(new QuestionClosed(question.ClosesAt < now ? question.ClosesAt : now))
            : Decision.Conflict($"The question is {Name(question.Status)}; only an open one can be closed.");

    /// <summary>
    /// Closes a question whose close has passed, as of that instant. This is also done while a proposal waits, so that a rejection cannot open the question
    /// again.
    /// Does nothing where the close lies ahead, has been recorded, or no longer matters.
    /// </summary>
    public static Decision CloseAtItsTime(Question question, DateTimeOffset now) =>
        question.Status is QuestionStatus.Open or QuestionStatus.Proposed && question.ClosedAt is null && question.ClosesAt <= now
            ? Decision.Of(new QuestionClosed(question.ClosesAt))
            : Decision.Of();

    /// <summary>Moves the close of a question that is not closed yet, to an instant that lies ahead.</summary>
    public static Decision Reschedule(Question question, DateTimeOffset closesAt, string reason, DateTimeOffset now)
    {
        if (question.Status is not (QuestionStatus.Draft or QuestionStatus.Open))
            return Decision.Conflict($"The question is {Name(question.Status)}; its close stands.");
        if (question.Status == QuestionStatus.Open && question.ClosesAt <= now)
            return Decision.Conflict("The question's close has passed; it stands.");
        if (reason.Length > MaxReason)
            return Decision.Invalid("reason", $"A reason has at most {MaxReason:N0} characters; this has {reason.Size()}.");
        if (closesAt <= now)
            return Decision.Invalid("closesAt", $"A close is never moved into the past: {Instants.Format(closesAt)} is not after {Instants.Format(now)}.");
        if (closesAt <= question.OpensAt)
            return Decision.Invalid(
                "closesAt",
                $"A question closes after it opens: {Instants.Format(closesAt)} is not after {Instants.Format(question.OpensAt)}."
            );
        return closesAt > question.ResolvesBy
            ? Decision.Invalid(
                "closesAt",
                $"The close cannot lie after the date by which the question resolves: {Instants.Format(closesAt)} comes after "
                    + $"{Instants.Format(question.ResolvesBy)}."
            )
            : Decision.Of(new CloseRescheduled(closesAt, reason));
    }

    /// <summary>Adds a clarification to the criteria of a question that has no outcome yet.</summary>
    public static Decision Clarify(Question question, string text, DateTimeOffset now)
    {
        if (text.Length is 0 or > MaxClarification)
            return Decision.Invalid("text", $"A clarification has 1 to {MaxClarification:N0} characters; this has {text.Size()}.");
        return question.Status is QuestionStatus.Resolved or QuestionStatus.Annulled
            ? Decision.Conflict($"The question is {Name(question.Status)}; its criteria can no longer be clarified.")
            : Decision.Of(new CriteriaClarified(text, now));
    }

    /// <summary>Logs an event of the world that bears on the question. Refused where it lies ahead.</summary>
    public static Decision LogEvidence(EvidenceLogged evidence, DateTimeOffset now)
    {
        if (evidence.Title.Length is 0 or > MaxEvidenceTitle)
            return Decision.Invalid("title", $"A title has 1 to {MaxEvidenceTitle} characters; this has {evidence.Title.Size()}.");
        if (evidence.Source.Length is 0 or > MaxEvidenceSource)
            return Decision.Invalid("source", $"A source has 1 to {MaxEvidenceSource} characters; this has {evidence.Source.Size()}.");
        if (evidence.OccurredAt > now)
            return Decision.Invalid(
                "occurredAt",
                $"Evidence has happened, so its time cannot lie ahead: {Instants.Format(evidence.OccurredAt)} comes after {Instants.Format(now)}."
            );
        if (evidence.Url is { } url && !(url.Length <= MaxUrl && Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https")))
        {
            return Decision.Invalid("url", $"A URL is absolute, http or https, and at most {MaxUrl:N0} characters long; '{url.Shortened(60)}' is not.");
        }

        return Decision.Of(evidence);
    }

    internal static string Name(QuestionStatus status) => status.ToString().ToLowerInvariant();
}
