namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>Nothing that was asked for once happened twice, however often it was repeated under its key.</summary>
internal static class RepeatedEvents
{
    public static IEnumerable<Finding> Check(Attribution attribution)
    {
        foreach (var (effect, events) in attribution.Effects.Where(e => e.Events.Count > 1))
        {
            yield return new Finding(
                nameof(RepeatedEvents),
                $"{effect}, asked for {effect.Intent.Attempts.Count} times, is there as the events {string.Join(", ", events.Select(e => e.Sequence))}.",
                effect.Intent.First.Id,
                events[1].Sequence
            );
        }
    }
}
