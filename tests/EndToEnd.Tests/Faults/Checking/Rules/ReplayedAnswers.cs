using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>A request that is repeated under its key is answered as it was answered the first time.</summary>
internal static class ReplayedAnswers
{
    public static IEnumerable<Finding> Check(Attribution attribution)
    {
        foreach (var intent in attribution.Intents)
        {
            // What is not kept (an invalid request, a limit, a fault) may be answered otherwise the next time.
            var kept = intent.Attempts.Where(a => a is { AnswerBody: not null, Status: not null } && (a.IsReplayed || a.IsAcknowledged)).ToList();
            if (kept.Count < 2)
                continue;
            foreach (var other in kept.Skip(1).Where(a => (a.Status, a.AnswerBody, a.ETag) != (kept[0].Status, kept[0].AnswerBody, kept[0].ETag)))
            {
                yield return new Finding(
                    nameof(ReplayedAnswers),
                    $"{other.Method} {other.Path} was answered {kept[0].Status} in operation {kept[0].Id}, and otherwise under its key.",
                    other.Id
                );
            }

            foreach (var again in kept.Skip(1).Where(a => !a.IsReplayed))
                yield return new Finding(nameof(ReplayedAnswers), $"{again.Method} {again.Path} was done again under its key.", again.Id);
        }
    }
}
