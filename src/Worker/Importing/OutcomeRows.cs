using Domain;
using Domain.Importing;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Resolving;
using Marten;
using Store.Appending;
using Store.Importing;

namespace Worker.Importing;

/// <summary>Outcomes from a file, which is a log in its order. A later row about a question corrects an earlier one.</summary>
internal sealed class OutcomeRows(IDocumentStore store, TimeProvider clock, Import import) : IRowImport
{
    private readonly OutcomeLogPlaces _places = new();

    public bool BelongTogether(ImportRow row, ImportRow next) => false;

    public void Passed(ImportRow row)
    {
        if (Read(row) is { Claim: { } claim } read && StreamKeys.IsSlug(read.Question))
            _places.Pass(StreamKeys.Question(read.Question), claim);
    }

    public Task<Func<ImportBatch, CancellationToken, Task>> PrepareAsync(IReadOnlyList<ImportRow> rows, CancellationToken token)
    {
        var read = rows.Select(Read).ToList();
        var turn = new object();
        return Task.FromResult<Func<ImportBatch, CancellationToken, Task>>((batch, t) => RecordAsync(read, turn, batch, t));
    }

    private sealed record ReadOutcome(ImportRow Row, string Question, ClaimedOutcome? Claim, RefusedRow? Refused);

    private async Task RecordAsync(IReadOnlyList<ReadOutcome> rows, object turn, ImportBatch batch, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var session = store.QuerySession();
        var keys = rows.Where(r => r.Claim is not null && StreamKeys.IsSlug(r.Question))
            .Select(r => StreamKeys.Question(r.Question))
            .ToHashSet(StringComparer.Ordinal);
        var questions = (await session.LoadManyAsync<Question>(token, keys)).ToDictionary(q => q.Slug, StringComparer.Ordinal);
        var logs = _places.Begin(turn, questions.Values, RowsRead.Of(await batch.OutcomesReadAsync(keys, token), questions));
        var heads = new Dictionary<string, StreamHead>(StringComparer.Ordinal);
        var triggers = new Dictionary<string, GenerationTrigger>(StringComparer.Ordinal);
        var unchanging = new List<UnchangingOutcome>();
        foreach (var row in rows)
        {
            if (row.Claim is not { } written)
            {
                batch.Refused.Add(row.Refused!);
                continue;
            }

            if (!questions.TryGetValue(row.Question, out var question))
            {
                batch.Refused.Add(row.Row.Refuse("question", $"There is no question '{RowValues.Shortened(row.Question)}'; import it first."));
                continue;
            }

            var claim = ImportedOutcomes.Spelled(question, written);
            var (log, said) = (logs[question.Id], new LoggedOutcome(claim.Outcome, claim.KnownAt));
            if (log.Repeats(said))
            {
                batch.Unchanged++;
                continue;
            }

            var decision = ImportedOutcomes.Log(question, claim, import.Actor, now);
            if (decision.IsRefused)
            {
                batch.Refused.Add(
                    row.Row.Refuse(
                        decision.Refusals[0].Field switch
                        {
                            "knownAt" => "known_at",
                            var field => field,
                        },
                        decision.Refusals[0].Detail
                    )
                );
                continue;
            }

            if (decision.Events is [var e])
            {
                if (!heads.TryGetValue(question.Slug, out var head))
                    heads.Add(question.Slug, head = new StreamHead(question.Id, typeof(Question), question.Version));
                var id = batch.Append.Add(head, e);
                questions[question.Slug] = question.After(e, id) with { Version = head.Version };
                triggers[question.Slug] = e switch
                {
                    QuestionResolved => GenerationTrigger.Resolution,
                    QuestionAnnulled => GenerationTrigger.Annulment,
                    ResolutionTakenBack => GenerationTrigger.TakenBack,
                    _ => GenerationTrigger.Correction,
                };
            }
            else
            {
                unchanging.Add(new UnchangingOutcome(question.Id, log.Count, said.Outcome, said.KnownAt));
                batch.Unchanged++;
            }

            log.Add(said);
        }

        await batch.Append.WriteAsync(token);
        await batch.Append.KeepAsync([.. heads.Keys.Select(slug => (questions[slug].Id, questions[slug], questions[slug].Version))], token);
        await batch.NoteUnchangingAsync(unchanging, token);
        await batch.ScoreAsync([.. triggers.Select(t => (t.Key, t.Value))], token);
    }

    private static ReadOutcome Read(ImportRow row)
    {
        var v = row.Values;
        var refused = row.Problem;
        foreach (var (place, column) in ((int, string)[])[(0, "question"), (1, "outcome"), (2, "known_at")])
        {
            if (v[place] is null)
                refused ??= row.Refuse(column, $"'{column}' is empty, and an outcome needs it.");
        }

        var knownAt = row.Instant("known_at", v[2], ref refused);
        row.CheckRecord(ImportKind.Outcomes, ref refused);
        var evidence =
            v[5] is { } listed ? RowValues.List(listed)
            : v[3] is { } source ? [source]
            : [];
        if (refused is not null)
            return new ReadOutcome(row, v[0] ?? "", null, refused);
        var reason = v[4] ?? (v[3] is { } from ? $"Imported from {from}." : "Imported.");
        return new ReadOutcome(row, v[0]!, new ClaimedOutcome(v[1]!, knownAt!.Value, reason, evidence, v[6], v[7]), null);
    }
}
