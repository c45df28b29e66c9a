using System.Text.Json;
using EndToEnd.Tests.Faults.Checking.ListAppend;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking;

/// <summary>One event that an intent is to bring about.</summary>
/// <param name="Intent">The intent.</param>
/// <param name="Types">The types that the event can have.</param>
/// <param name="Stream">Its stream; null where the request does not say.</param>
/// <param name="Marker">The text in it by which it is told from others of the same request; null where there are no others.</param>
/// <param name="Ending">Whether it is known to have happened.</param>
/// <param name="MayChangeNothing">Whether the request may rightly be answered without an event, since things are so already.</param>
internal sealed record Effect(
    Intent Intent,
    IReadOnlyList<string> Types,
    string? Stream = null,
    string? Marker = null,
    Ending Ending = Ending.Unknown,
    bool MayChangeNothing = false
)
{
    private static readonly string[] Stated = ["forecast_submitted", "forecast_revised"];
    private static readonly string[] Claimed = ["question_resolved", "resolution_corrected", "question_annulled", "resolution_taken_back"];

    public override string ToString() => $"{Intent.First.Method} {Intent.First.Path}{(Marker is null ? "" : $" '{Marker}'")}";

    /// <summary>What an intent is to bring about. An import is judged by its rows, and what records no event brings about nothing here.</summary>
    public static IEnumerable<Effect> Of(Intent intent)
    {
        var first = intent.First;
        var ending =
            intent.IsAcknowledged ? Ending.Done
            : intent.IsRefused ? Ending.NotDone
            : Ending.Unknown;
        if (first.Kind == OperationKind.ForecastBatch)
            return Lines(intent);
        var slug = first.Path.Split('/', '?') is [_, "questions", var named, ..] ? named : null;
        var question = slug is null ? null : $"question/{slug}";
        Effect One(string? stream, params string[] types) => new(intent, types, stream, null, ending);
        Effect? effect = first.Kind switch
        {
            OperationKind.Forecast => new Effect(intent, Stated, $"forecast/{slug}/{first.Caller}", Field(first.Body, "rationale"), ending),
            OperationKind.Withdraw => One($"forecast/{slug}/{first.Caller}", "forecast_withdrawn"),
            OperationKind.Draft => One($"question/{Field(first.Body, "slug")}", "question_drafted"),
            OperationKind.Open => One(question, "question_opened"),
            OperationKind.Clarify => One(question, "criteria_clarified"),
            OperationKind.Reschedule => One(question, "close_rescheduled"),
            OperationKind.Close => One(question, "question_closed"),
            OperationKind.LogEvidence => One(question, "evidence_logged"),
            OperationKind.Propose or OperationKind.Correct or OperationKind.Annul => One(question, "resolution_proposed"),
            OperationKind.Confirm => One(question, Claimed),
            OperationKind.Reject => One(question, "resolution_rejected"),
            OperationKind.Dispute => One(question, "resolution_disputed"),
            OperationKind.RegisterAnalyst => One($"analyst/{Field(first.Body, "analyst")}", "analyst_registered"),
            OperationKind.IssueToken => One(null, "token_issued"),
            OperationKind.RevokeToken => One(null, "token_revoked") with { MayChangeNothing = true },
            OperationKind.ChangeRoles => One(null, "roles_changed") with { MayChangeNothing = true },
            _ => null,
        };
        return effect is null ? [] : [effect];
    }

    /// <summary>The lines of a batch; each stands or falls by itself. What was answered before the connection broke is known, the rest is not.</summary>
    private static IEnumerable<Effect> Lines(Intent intent)
    {
        var answers = new Dictionary<int, List<int>>();
        foreach (var answer in intent.Attempts.SelectMany(a => a.AnswerBody is { } body && a.Status is null or 200 ? body.Split('\n') : []))
        {
            if (answer.Length == 0)
                continue;
            using var read = JsonDocument.Parse(answer);
            var line = read.RootElement.GetProperty("line").GetInt32();
            answers.TryAdd(line, []);
            answers[line].Add(read.RootElement.GetProperty("status").GetInt32());
        }

        var refusedWhole = intent.Attempts.All(a => a.IsRefused);
        foreach (var (index, text) in (intent.First.Body ?? "").Split('\n').Index().Where(l => l.Item.Length > 0))
        {
            var statuses = answers.GetValueOrDefault(index + 1, []);
            var ending =
                statuses.Any(s => s is >= 200 and < 300) ? Ending.Done
                : refusedWhole || (intent.Attempts.Count == 1 && statuses is [>= 400 and < 500]) ? Ending.NotDone
                : Ending.Unknown;
            yield return new Effect(intent, Stated, $"forecast/{Field(text, "question")}/{intent.First.Caller}", Field(text, "rationale"), ending);
        }
    }

    private static string? Field(string? json, string name)
    {
        if (json is null)
            return null;
        try
        {
            using var read = JsonDocument.Parse(json);
            return read.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null;
        }
        catch (JsonException)
        {
            // A client may send what is no JSON, to be refused.
            return null;
        }
    }
}
