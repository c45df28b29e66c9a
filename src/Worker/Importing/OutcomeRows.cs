using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Marten;
using Store.Bulk;
using Store.Importing;

namespace Worker.Importing;

/// <summary>Outcomes from a file, a log in the order in which it was kept: what comes later about a question corrects what came before.</summary>
internal sealed class OutcomeRows(IDocumentStore store, TimeProvider clock, Import import) : IRowImport
{
    public bool BelongTogether(ImportRow row, ImportRow next) => false;

    public Task<Func<ImportBatch, CancellationToken, Task>> PrepareAsync(IReadOnlyList<ImportRow> rows, CancellationToken token)
    {
        var read = rows.Select(Read).ToList();
        return Task.FromResult<Func<ImportBatch, CancellationToken, Task>>((batch, t) => RecordAsync(read, batch, t));
    }

    private sealed record ReadOutcome(ImportRow Row, string Question, ClaimedOutcome? Claim, RefusedRow? Refused);

    private async Task RecordAsync(IReadOnlyList<ReadOutcome> rows, ImportBatch batch, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var session = store.QuerySession();
        var keys = rows.Where(r => r.Claim is not null && StreamKeys.IsSlug(r.Question)).Select(r => StreamKeys.Question(r.Question)).ToHashSet(StringComparer.Ordinal);
        var questions = (await session.LoadManyAsync<Question>(token, keys)).ToDictionary(q => q.Slug, StringComparer.Ordinal);
        var logged = Logged(await batch.HeldBeforeAsync(keys, withData: true, token));
        var heads = new Dictionary<string, StreamHead>(StringComparer.Ordinal);
        var triggers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (row.Claim is not { } claim)
            {
                batch.Refused.Add(row.Refused!);
            }
            else if (!questions.TryGetValue(row.Question, out var question))
            {
                batch.Refused.Add(row.Row.Refuse("question", $"There is no question '{RowValues.Shortened(row.Question)}'; import it first."));
            }
            else if (logged.TryGetValue((question.Id, claim.Outcome, claim.KnownAt), out var times) && times > 0)
            {
                logged[(question.Id, claim.Outcome, claim.KnownAt)] = times - 1;
                batch.Unchanged++;
            }
            else if (claim.Outcome == OutcomeText.Unresolved && logged.Keys.Any(l => l.Stream == question.Id && l.KnownAt >= claim.KnownAt))
            {
                // It took nothing back when the file came in first, and so was not recorded; what was recorded since came after it.
                batch.Unchanged++;
            }
            else if (ImportedOutcomes.Log(question, claim, import.Actor, now) is { IsRefused: true } refused)
            {
                batch.Refused.Add(row.Row.Refuse(refused.Refusals[0].Field switch { "knownAt" => "known_at", var field => field }, refused.Refusals[0].Detail));
            }
            else if (ImportedOutcomes.Log(question, claim, import.Actor, now).Events is [var e])
            {
                if (!heads.TryGetValue(question.Slug, out var head)) heads.Add(question.Slug, head = new StreamHead(question.Id, typeof(Question), question.Version));
                batch.Append.Add(head, e);
                questions[question.Slug] = question.After(e) with { Version = head.Version };
                triggers[question.Slug] = e switch
                {
                    QuestionResolved => "resolution",
                    QuestionAnnulled => "annulment",
                    ResolutionTakenBack => "taken-back",
                    _ => "correction",
                };
            }
            else
            {
                batch.Unchanged++;
            }
        }

        await batch.Append.WriteAsync(token);
        await batch.Append.KeepAsync([.. heads.Keys.Select(slug => (questions[slug].Id, questions[slug], questions[slug].Version))], token);
        await batch.ScoreAsync([.. triggers.Select(t => (t.Key, t.Value))], token);
    }

    /// <summary>How often each outcome was logged before, so that a file that comes in again, or a longer one with the same beginning, adds only what is new.</summary>
    private Dictionary<(string Stream, string Outcome, DateTimeOffset KnownAt), int> Logged(IReadOnlyList<(string Stream, Guid Id, string Type, string? Data)> held)
    {
        var serializer = store.Options.Serializer();
        var logged = new Dictionary<(string, string, DateTimeOffset), int>();
        foreach (var (stream, _, type, data) in held)
        {
            (string, DateTimeOffset)? outcome = type switch
            {
                "question_resolved" => serializer.Read<QuestionResolved>(data!) is var r ? (r.Outcome, r.KnownAt) : null,
                "resolution_corrected" => serializer.Read<ResolutionCorrected>(data!) is var c ? (c.Outcome, c.KnownAt) : null,
                "question_annulled" => (OutcomeText.Annulled, serializer.Read<QuestionAnnulled>(data!).KnownAt),
                "resolution_taken_back" when serializer.Read<ResolutionTakenBack>(data!).KnownAt is { } at => (OutcomeText.Unresolved, at),
                _ => null,
            };
            if (outcome is var (text, known)) logged[(stream, text, known)] = logged.GetValueOrDefault((stream, text, known)) + 1;
        }

        return logged;
    }

    private static ReadOutcome Read(ImportRow row)
    {
        var v = row.Values;
        var refused = row.Problem;
        foreach (var (place, column) in ((int, string)[])[(0, "question"), (1, "outcome"), (2, "known_at")])
        {
            if (v[place] is null) refused ??= row.Refuse(column, $"'{column}' is empty, and an outcome needs it.");
        }

        var knownAt = row.Instant("known_at", v[2], ref refused);
        row.CheckRecord(ImportKind.Outcomes, ref refused);
        var evidence = v[5] is { } listed ? RowValues.List(listed) : v[3] is { } source ? [source] : [];
        if (refused is not null) return new ReadOutcome(row, v[0] ?? "", null, refused);
        var reason = v[4] ?? (v[3] is { } from ? $"Imported from {from}." : "Imported.");
        return new ReadOutcome(row, v[0]!, new ClaimedOutcome(v[1]!, knownAt!.Value, reason, evidence, v[6], v[7]), null);
    }
}
