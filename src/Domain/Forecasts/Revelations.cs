using Domain.People;
using Domain.Questions;

namespace Domain.Forecasts;

/// <summary>What a forecaster wants to reveal.</summary>
/// <param name="Sealed">The salt and the statement that were sealed.</param>
/// <param name="Statement">The same statement as the question reads it.</param>
/// <param name="Rationale">Why, at most 20,000 characters; null for what was said with the seal.</param>
/// <param name="Step">The id of the event by which the seal was stated; null for every step with this seal.</param>
public sealed record RevealCommand(SealedStatement Sealed, Statement Statement, string? Rationale = null, Guid? Step = null);

/// <summary>One event of a forecast's stream, with its id.</summary>
/// <param name="EventId">The id.</param>
/// <param name="Event">The event.</param>
public readonly record struct StreamedStep(Guid EventId, object Event);

/// <summary>When a sealed forecast is revealed, and when its revelation is refused.</summary>
/// <remarks>
/// There is no last day. Whoever reveals after the outcome has promised the forecast before it, and can only say what was sealed; until then the scores are
/// those of <c>reference:uniform</c>.
/// </remarks>
public static class Revelations
{
    /// <summary>Whether the question takes no forecasts any more, so that what was sealed can be said.</summary>
    public static bool MayBegin(Question question, DateTimeOffset now) =>
        question.Status is QuestionStatus.Closed or QuestionStatus.Resolved or QuestionStatus.Annulled
        || (question.Status is QuestionStatus.Open or QuestionStatus.Proposed && (question.ClosedAt is not null || now >= question.ClosesAt));

    /// <summary>
    /// The earliest instant at which a seal may have been revealed, as far as the question's state tells, UTC: its close, or an earlier instant at which it
    /// was closed, or from which an outcome was known that stands or stood.
    /// </summary>
    public static DateTimeOffset Earliest(Question question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return ((DateTimeOffset?[])[question.ClosesAt, question.ClosedAt, question.EarlierStop, question.Resolution?.KnownAt]).Min()!.Value;
    }

    /// <summary>Reveals every step that states this seal, or the one that is named; nothing where that has been done.</summary>
    /// <param name="question">The question.</param>
    /// <param name="stream">The forecast's events in the order of their recording.</param>
    /// <param name="command">What is revealed.</param>
    /// <param name="isCopied">Whether somebody else stated the same seal on the question before.</param>
    /// <param name="now">When it is revealed.</param>
    public static Decision Reveal(Question question, IReadOnlyList<StreamedStep> stream, RevealCommand command, bool isCopied, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(command);
        if (!MayBegin(question, now))
            return Decision.Conflict($"The question has not closed: a seal is revealed from the close on, {Instants.Format(question.ClosesAt)}.");
        var seal = command.Sealed.Seal;
        var steps = stream.Where(s => StatementOf(s.Event)?.Seal == seal && (command.Step is null || s.EventId == command.Step)).ToList();
        if (steps.Count == 0)
        {
            return Decision.Invalid(
                "statement",
                $"This salt and this statement make the seal {seal}, which {(command.Step is null ? "no step of yours states" : "that step does not state")}. "
                    + "A statement is revealed to the letter: numbers and texts as they were sealed."
            );
        }

        if (ForecastDecisions.Check(question, command.Statement) is { } invalid)
            return Decision.Invalid("statement", $"The seal fits, but this is no forecast on the question: {invalid.Refusals[0].Detail}");
        if (ForecastDecisions.CheckRationale(command.Rationale) is { } tooLong)
            return tooLong;
        // A salt that has been revealed opens the seal for everybody, who could have stated it without knowing what it holds.
        if (isCopied)
            return Decision.Conflict("Another forecaster stated this seal on the question before you did. Only the first can reveal it.");
        var revealed = stream.Select(s => s.Event).OfType<ForecastRevealed>().Select(r => r.Step).ToHashSet();
        var events = steps.Where(s => !revealed.Contains(s.EventId) && Stood(s, stream)).Select(s => (object)Revealed(s, command, now)).ToArray();
        return events.Length == 0 && !steps.Any(s => revealed.Contains(s.EventId))
            ? Decision.Conflict("This seal never stood: another step was made at the same instant.")
            : Decision.Of(events);
    }

    /// <summary>Of two steps made at one instant the later event holds, so that the earlier never stood.</summary>
    private static bool Stood(StreamedStep step, IReadOnlyList<StreamedStep> stream) =>
        stream.Last(s => s.Event is not (ForecastRevealed or ForecastExpired) && MadeAt(s.Event) == MadeAt(step.Event)).EventId == step.EventId;

    private static ForecastRevealed Revealed(StreamedStep step, RevealCommand command, DateTimeOffset now)
    {
        var r = step.Event switch
        {
            ForecastRevised revised => revised,
            ForecastSubmitted s => new ForecastRevised(s.Question, s.Analyst, s.Kind, s.MadeAt, s.Statement, s.Rationale, s.Evidence, s.ExpiresAt),
            _ => throw new InvalidOperationException("Only a statement is sealed."),
        };
        return new ForecastRevealed(
            r.Question,
            r.Analyst,
            r.Kind,
            r.MadeAt,
            command.Statement with
            {
                Seal = command.Sealed.Seal,
                RevealedAt = now,
            },
            command.Rationale ?? r.Rationale,
            r.Evidence,
            r.ExpiresAt,
            step.EventId,
            command.Sealed.Salt.ToString(),
            command.Sealed.Text
        );
    }

    private static Statement? StatementOf(object e) =>
        e switch
        {
            ForecastSubmitted s => s.Statement,
            ForecastRevised r => r.Statement,
            _ => null,
        };

    private static DateTimeOffset? MadeAt(object e) =>
        e switch
        {
            ForecastSubmitted s => s.MadeAt,
            ForecastRevised r => r.MadeAt,
            ForecastWithdrawn w => w.MadeAt,
            _ => null,
        };
}
