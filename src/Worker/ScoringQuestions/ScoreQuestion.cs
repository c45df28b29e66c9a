using JasperFx.Events;

namespace Worker.ScoringQuestions;

/// <summary>Asks that a question be scored because of an event.</summary>
/// <param name="Stream">The question's stream.</param>
/// <param name="Trigger">Why, in the word that the generation will carry.</param>
/// <param name="Sequence">The event's sequence: a generation that read that far has seen it.</param>
/// <param name="RecordedAt">When the event was recorded.</param>
/// <param name="Causation">The trace parent of the request that recorded the event.</param>
public sealed record ScoreQuestion(string Stream, string Trigger, long Sequence, DateTimeOffset RecordedAt, string? Causation)
{
    public static ScoreQuestion Because(IEvent e, string trigger) => new(e.StreamKey!, trigger, e.Sequence, e.Timestamp, e.CausationId);
}
