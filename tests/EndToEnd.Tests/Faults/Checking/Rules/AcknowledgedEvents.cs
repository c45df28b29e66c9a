using EndToEnd.Tests.Faults.Checking.ListAppend;

namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>What a client was told is done is in the store, once.</summary>
internal static class AcknowledgedEvents
{
    public static IEnumerable<Finding> Check(Attribution attribution)
    {
        foreach (var (effect, events) in attribution.Effects.Where(e => e.Effect.Ending == Ending.Done))
        {
            var last = effect.Intent.Attempts.Last(a => a.IsAcknowledged || a.AnswerBody is not null);
            if (events.Count == 0 && !effect.MayChangeNothing)
                yield return new Finding(nameof(AcknowledgedEvents), $"{effect} was acknowledged, and no event is there.", last.Id);
            // The version that a client is told is that of its event.
            if (
                events is [var only]
                && effect.Types[0].StartsWith("forecast_", StringComparison.Ordinal)
                && effect.Intent.Attempts.FirstOrDefault(a => a is { IsAcknowledged: true, ETag: not null }) is { } told
                && told.ETag != $"\"{only.Version}\""
            )
            {
                yield return new Finding(
                    nameof(AcknowledgedEvents),
                    $"{effect} was answered with the version {told.ETag}, and is version {only.Version} of {only.Stream}.",
                    told.Id,
                    only.Sequence
                );
            }
        }
    }
}
