using Domain.Resolutions;
using JasperFx.Events;

namespace Worker.ScoringQuestions;

/// <summary>Requests that a question be scored because of an event.</summary>
/// <param name="Stream">The question's stream.</param>
/// <param name="Trigger">Why; the generation will carry it.</param>
/// <param name="Sequence">The event's sequence. A generation that read that far includes it.</param>
/// <param name="RecordedAt">When the event was recorded.</param>
/// <param name="Causation">The trace parent of the request that recorded the event.</param>
public sealed record ScoreQuestion(string Stream, GenerationTrigger Trigger, long Sequence, DateTimeOffset RecordedAt, string? Causation)
{
    /// <summary>The message after an event about an outcome.</summary>
    /// <param name="e">The event.</param>
    /// <param name="trigger">Why; the generation will carry it.</param>
    public static ScoreQuestion Because(IEvent e, GenerationTrigger trigger) => new(e.StreamKey!, trigger, e.Sequence, e.Timestamp, e.CausationId);
}
