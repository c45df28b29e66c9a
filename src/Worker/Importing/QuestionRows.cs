using System.Text.Json;
using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Marten;
using Store.Bulk;
using Store.Importing;

namespace Worker.Importing;

/// <summary>Questions from a file: a row each.</summary>
internal sealed class QuestionRows(IDocumentStore store, TimeProvider clock) : IRowImport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new StrictInstants() } };

    /// <summary>The streams of the questions that were imported and are open.</summary>
    public HashSet<string> Opened { get; } = new(StringComparer.Ordinal);

    /// <summary>The streams of the questions that were imported and depend on another.</summary>
    public HashSet<string> Conditional { get; } = new(StringComparer.Ordinal);

    public bool BelongTogether(ImportRow row, ImportRow next) => false;

    public Task<Func<ImportBatch, CancellationToken, Task>> PrepareAsync(IReadOnlyList<ImportRow> rows, CancellationToken token)
    {
        var read = rows.Select(Read).ToList();
        return Task.FromResult<Func<ImportBatch, CancellationToken, Task>>((batch, t) => RecordAsync(read, batch, t));
    }

    private async Task RecordAsync(IReadOnlyList<ReadQuestion> rows, ImportBatch batch, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        await using var session = store.QuerySession();
        var named = rows.Where(r => r.Draft is not null).Select(r => r.Draft!.Slug).Concat(rows.Select(r => r.Draft?.Condition?.Question).OfType<string>());
        var known = (await session.LoadManyAsync<Question>(token, named.Where(StreamKeys.IsSlug).Select(StreamKeys.Question).Distinct(StringComparer.Ordinal)))
            .ToDictionary(q => q.Slug, StringComparer.Ordinal);
        var added = new List<(string, Question, long)>();
        foreach (var row in rows)
        {
            if (row.Draft is not { } draft)
            {
                batch.Refused.Add(row.Refused!);
            }
            else if (known.TryGetValue(draft.Slug, out var there))
            {
                if (ImportedQuestions.Holds(there, draft)) batch.Unchanged++;
                else batch.Refused.Add(row.Row.Refuse("question", $"There is a question '{draft.Slug}' already, and it says something else; choose another name."));
            }
            else if (draft.Condition is { } condition && !known.ContainsKey(condition.Question))
            {
                batch.Refused.Add(row.Row.Refuse("condition_question", $"There is no question '{RowValues.Shortened(condition.Question)}' to depend on."));
            }
            else if (ImportedQuestions.Bring(draft, row.Status, now) is { IsRefused: true } refused)
            {
                batch.Refused.Add(row.Row.Refuse(Column(refused.Refusals[0].Field), refused.Refusals[0].Detail));
            }
            else
            {
                var key = StreamKeys.Question(draft.Slug);
                var events = ImportedQuestions.Bring(draft, row.Status, now).Events.ToList();
                events.InsertRange(Math.Min(2, events.Count), row.Additions);
                var head = new StreamHead(key, typeof(Question), found: 0);
                foreach (var e in events) batch.Append.Add(head, e);
                var question = events.Skip(1).Aggregate(Question.Drafted(key, draft), (q, e) => q.After(e)) with { Version = events.Count };
                known.Add(draft.Slug, question);
                added.Add((key, question, question.Version));
                if (question.Status == QuestionStatus.Open) Opened.Add(key);
                else if (question.Condition is not null) Conditional.Add(key);
            }
        }

        await batch.Append.WriteAsync(token);
        await batch.Append.KeepAsync(added, token);
    }

    private sealed record ReadQuestion(ImportRow Row, QuestionDrafted? Draft, QuestionStatus? Status, IReadOnlyList<object> Additions, RefusedRow? Refused);

    private static ReadQuestion Read(ImportRow row)
    {
        var v = row.Values;
        var refused = row.Problem;
        string Needed(string column, string? text)
        {
            if (text is null) refused ??= row.Refuse(column, $"'{column}' is empty, and a question needs it.");
            return text ?? "";
        }

        var slug = Needed("question", v[0]);
        var title = Needed("title", v[1]);
        if (!Enum.TryParse<QuestionType>(Needed("type", v[2]), ignoreCase: true, out var type) || int.TryParse(v[2], out _))
        {
            refused ??= row.Refuse("type", "'type' is one of binary, multipleChoice, ordered, numeric, date.");
        }

        var opensAt = row.Instant("opens_at", Needed("opens_at", v[3]) is { Length: > 0 } opens ? opens : null, ref refused);
        var closesAt = row.Instant("closes_at", Needed("closes_at", v[4]) is { Length: > 0 } closes ? closes : null, ref refused);
        var resolvesBy = row.Instant("resolves_by", v[5], ref refused) ?? closesAt;
        var options = RowValues.List(v[6]);
        if (type == QuestionType.Binary && options.Count > 0 && options is not ["yes", "no"]) refused ??= row.Refuse("options", "A binary question has the options yes and no, and names none itself.");
        var range = Range(row, type, ref refused);
        var spotAt = row.Instant("spot_at", v[10], ref refused);
        QuestionStatus? status = null;
        if (v[21] is { } text)
        {
            if (Enum.TryParse<QuestionStatus>(text, ignoreCase: true, out var read) && !int.TryParse(text, out _)) status = read;
            else refused ??= row.Refuse("status", "'status' is draft, open or closed.");
        }

        var additions = Additions(row, ref refused);
        if (refused is not null || opensAt is null || closesAt is null) return new ReadQuestion(row, null, null, [], refused);
        return new ReadQuestion(
            row,
            new QuestionDrafted(
                slug,
                title,
                v[14] ?? "",
                v[13] ?? "",
                type,
                type == QuestionType.Binary ? ["yes", "no"] : options,
                range,
                v[15],
                opensAt.Value,
                closesAt.Value,
                resolvesBy!.Value,
                spotAt,
                RowValues.List(v[11]),
                v[16] is { } document ? new QuestionSource(document, v[17] ?? "") : null,
                v[18] is { } condition ? new QuestionCondition(condition, v[19] ?? "") : null,
                v[12],
                v[20],
                Imported: true),
            status,
            additions,
            null);
    }

    private static QuestionRange? Range(ImportRow row, QuestionType type, ref RefusedRow? refused)
    {
        var (min, max, open) = (row.Values[7], row.Values[8], RowValues.List(row.Values[9]));
        if (open.Any(e => e is not ("lower" or "upper" or "both"))) refused ??= row.Refuse("range_open", "'range_open' is lower, upper or lower|upper.");
        if (min is null && max is null) return null;
        double? Place(string column, string? text, ref RefusedRow? problem)
        {
            if (text is null) problem ??= row.Refuse(column, "A range has both ends, range_min and range_max.");
            if (text is null || type != QuestionType.Date) return row.Number(column, text, ref problem);
            if (OutcomeText.ParseDay(text) is { } day) return day;
            problem ??= row.Refuse(column, $"'{RowValues.Shortened(text)}' is no date; write {Instants.Expected}.");
            return null;
        }

        var (lower, upper) = (Place("range_min", min, ref refused), Place("range_max", max, ref refused));
        return lower is null || upper is null
            ? null
            : new QuestionRange(lower.Value, upper.Value, open.Any(e => e is "lower" or "both"), open.Any(e => e is "upper" or "both"));
    }

    private static List<object> Additions(ImportRow row, ref RefusedRow? refused)
    {
        var additions = new List<object>();
        try
        {
            foreach (var c in row.Values[22] is { } clarifications ? JsonSerializer.Deserialize<Clarification[]>(clarifications, Json)! : [])
            {
                if (c.Text is not { Length: > 0 and <= 5_000 }) throw new JsonException();
                additions.Add(new CriteriaClarified(c.Text, c.At));
            }

            foreach (var e in row.Values[23] is { } evidence ? JsonSerializer.Deserialize<EvidenceLogged[]>(evidence, Json)! : [])
            {
                if (e.Title is null || e.Source is null || QuestionDecisions.LogEvidence(e, DateTimeOffset.MaxValue).IsRefused) throw new JsonException();
                additions.Add(e);
            }
        }
        catch (JsonException)
        {
            refused ??= row.Refuse(null, "'clarifications' is a JSON array of {text, at}, 'evidence' one of {occurredAt, title, source, url}, as exports write them.");
        }

        return additions;
    }

    private static string? Column(string? field) => field switch
    {
        "slug" => "question",
        "resolutionCriteria" => "criteria",
        "opensAt" => "opens_at",
        "closesAt" => "closes_at",
        "resolvesBy" => "resolves_by",
        "spotAt" => "spot_at",
        "range" => "range_min",
        "condition" => "condition_question",
        "statusQuo" => "status_quo",
        _ => field,
    };
}
