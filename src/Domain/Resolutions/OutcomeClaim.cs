namespace Domain.Resolutions;

/// <summary>What was claimed of a question at one time: an outcome, that it is void, or that it has no outcome any more.</summary>
/// <param name="Event">The sequence of the event that recorded it.</param>
/// <param name="Trigger">Its kind, which the generation of its scores carries: a resolution, a correction, an annulment or a taking back.</param>
/// <param name="Outcome">As text; <see cref="OutcomeText.Annulled"/> or <see cref="OutcomeText.Unresolved"/> where there is none.</param>
/// <param name="KnownAt">The instant from which it was known; when it was recorded, where a taking back names none.</param>
/// <param name="At">Its place in the log of the world: the latest <paramref name="KnownAt"/> of it and all claims about the question before it.</param>
public sealed record OutcomeClaim(long Event, GenerationTrigger Trigger, string Outcome, DateTimeOffset KnownAt, DateTimeOffset At)
{
    /// <summary>Whether it leaves the question with an outcome that can be scored against.</summary>
    public bool Settles => !OutcomeText.IsReserved(Outcome);

    /// <summary>Everything that was claimed of one question, in the order of its log.</summary>
    /// <param name="events">The events of its stream in their order, each with its sequence and when it was recorded; those of other kinds claim
    /// nothing.</param>
    public static IReadOnlyList<OutcomeClaim> Of(IEnumerable<(long Sequence, object Data, DateTimeOffset RecordedAt)> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var (claims, at) = (new List<OutcomeClaim>(), DateTimeOffset.MinValue);
        foreach (var (sequence, data, recordedAt) in events)
        {
            (GenerationTrigger Trigger, string Outcome, DateTimeOffset KnownAt)? claim = data switch
            {
                QuestionResolved r => (GenerationTrigger.Resolution, r.Outcome, r.KnownAt),
                ResolutionCorrected c => (GenerationTrigger.Correction, c.Outcome, c.KnownAt),
                QuestionAnnulled a => (GenerationTrigger.Annulment, OutcomeText.Annulled, a.KnownAt),
                ResolutionTakenBack t => (GenerationTrigger.TakenBack, OutcomeText.Unresolved, t.KnownAt ?? recordedAt),
                _ => null,
            };
            if (claim is not var (trigger, outcome, knownAt))
                continue;
            at = knownAt > at ? knownAt : at;
            claims.Add(new OutcomeClaim(sequence, trigger, outcome, knownAt, at));
        }

        return claims;
    }
}
