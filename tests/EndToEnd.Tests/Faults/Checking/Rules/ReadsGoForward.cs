using System.Text.Json;
using EndToEnd.Tests.Faults.Checking.ListAppend;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>
/// What one client reads never goes back, whichever process answers: a question's version, the generation of its scores, the number of a forecast's steps. A
/// client also reads what it was told it had written.
/// </summary>
internal static class ReadsGoForward
{
    public static IEnumerable<Finding> Check(FaultHistory history, Attribution attribution)
    {
        var written = attribution
            .Effects.Where(e => e.Effect.Ending == Ending.Done && e.Events.Count == 1 && e.Effect.Intent.AcknowledgedAt is not null)
            .Select(e => (e.Effect.Intent.Attempts.First(a => a.IsAcknowledged).Id, Stored: e.Events[0]))
            .ToLookup(e => e.Id, e => e.Stored);
        foreach (var client in history.Operations.GroupBy(o => o.Client))
        {
            var seen = new Dictionary<string, (long Progress, long Operation)>(StringComparer.Ordinal);
            foreach (var operation in client.OrderBy(o => o.Id))
            {
                foreach (var stored in written[operation.Id].Where(s => s.Stream.StartsWith("question/", StringComparison.Ordinal)))
                    Raise(seen, $"/questions/{stored.Subject}", stored.Version, operation.Id);
                if (ProgressOf(operation) is not { } progress)
                    continue;
                if (seen.TryGetValue(operation.Path, out var before) && progress < before.Progress)
                {
                    yield return new Finding(
                        nameof(ReadsGoForward),
                        $"Client {client.Key} knew {operation.Path} at {before.Progress} from operation {before.Operation}, and then read it at {progress}.",
                        operation.Id
                    );
                }

                Raise(seen, operation.Path, progress, operation.Id);
            }
        }
    }

    private static void Raise(Dictionary<string, (long Progress, long Operation)> seen, string path, long progress, long operation)
    {
        if (!seen.TryGetValue(path, out var before) || before.Progress < progress)
            seen[path] = (progress, operation);
    }

    /// <summary>How far the thing had come that was read; null where the read shows nothing of the kind.</summary>
    private static long? ProgressOf(ClientOperation read)
    {
        if (read is not { Kind: OperationKind.Read, Status: 200, AnswerBody: { } body } || read.Path.Contains('?', StringComparison.Ordinal))
            return null;
        using var answer = read.Path.Split('/') is [_, "questions", _, ..] ? JsonDocument.Parse(body) : null;
        return read.Path.Split('/') switch
        {
            [_, "questions", _] => answer!.RootElement.GetProperty("version").GetInt64(),
            [_, "questions", _, "scores"] => answer!.RootElement.GetProperty("generation").GetInt64(),
            [_, "questions", _, "forecasts", _] when !answer!.RootElement.TryGetProperty("next", out var next) || next.ValueKind == JsonValueKind.Null => answer
                .RootElement.GetProperty("steps")
                .GetArrayLength(),
            _ => null,
        };
    }
}
