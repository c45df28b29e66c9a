using Domain;
using Domain.Importing;
using Domain.Questions;
using Domain.Resolutions;
using Marten;
using Store.Appending;
using Store.Events;
using Store.Importing;
using Store.Reading;

namespace Worker.Importing;

/// <summary>Questions from a file, one for each row. The question that another depends on may come before or after it.</summary>
internal sealed class QuestionRows(IDocumentStore store, TimeProvider clock) : IRowImport
{
    /// <summary>The streams of the imported questions that are open.</summary>
    public HashSet<string> Opened { get; } = new(StringComparer.Ordinal);

    /// <summary>The streams of the imported questions that depend on another.</summary>
    public HashSet<string> Conditional { get; } = new(StringComparer.Ordinal);

    public bool BelongTogether(ImportRow row, ImportRow next) => false;

    public IEnumerable<ImportRow> InOrder(RowsOfFile rows) => OrderOfConditions.Of(rows);

    public Task<Func<ImportBatch, CancellationToken, Task>> PrepareAsync(IReadOnlyList<ImportRow> rows, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        var read = rows.Select(row => Read(row, now)).ToList();
        return Task.FromResult<Func<ImportBatch, CancellationToken, Task>>((batch, t) => RecordAsync(read, batch, t));
    }

    private async Task RecordAsync(IReadOnlyList<ReadQuestion> rows, ImportBatch batch, CancellationToken token)
    {
        var now = clock.GetUtcNow();
        var conditions = rows.Select(r => r.Draft?.Condition?.Question).OfType<string>().Where(StreamKeys.IsSlug).ToHashSet(StringComparer.Ordinal);
        // Held before they are read, so that none is dropped, or loses the outcome, meanwhile.
        await batch.HoldAsync([.. conditions.Select(StreamKeys.Question)], token);
        await using var session = store.QuerySession();
        var named = rows.Where(r => r.Draft is not null).Select(r => r.Draft!.Slug).Concat(conditions);
        var known = (
            await session.LoadManyAsync<Question>(token, named.Where(StreamKeys.IsSlug).Select(StreamKeys.Question).Distinct(StringComparer.Ordinal))
        ).ToDictionary(q => q.Slug, StringComparer.Ordinal);
        var changed = rows.Where(r => r.Draft is { } d && known.GetValueOrDefault(d.Slug) is { } there && r.Difference(there) is not null);
        var first = await ChangedDrafts.FirstAsync(session, [.. changed.Select(r => r.Draft!.Slug).Distinct(StringComparer.Ordinal)], token);
        var dropped = rows.All(r => r.Draft is null || known.ContainsKey(r.Draft.Slug)) ? [] : await ChangedDrafts.DroppedAsync(session, token);
        var added = new List<(string, Question, long)>();
        foreach (var row in rows)
        {
            if (row.Draft is not { } draft)
            {
                batch.Refused.Add(row.Refused!);
            }
            else if (known.TryGetValue(draft.Slug, out var there))
            {
                // A row that was imported and says what it said then adds nothing, whatever was edited since.
                if (
                    row.Difference(there) is not { } field
                    || (first.TryGetValue(draft.Slug, out var drafted) && row.Difference(ImportedQuestions.AsDrafted(there, drafted)) is null)
                )
                    batch.Unchanged++;
                else
                    batch.Refused.Add(
                        row.Row.Refuse(
                            QuestionColumns.Of(field),
                            $"There is a question '{draft.Slug}' already, and it differs from this one in '{QuestionColumns.Of(field)}'; write what is "
                                + "recorded, or choose another name."
                        )
                    );
            }
            else if (dropped.Contains(draft.Slug))
            {
                batch.Refused.Add(row.Row.Refuse("question", $"The draft '{draft.Slug}' was dropped, and its name is not given out again; choose another."));
            }
            else if (draft.Condition is { } condition && Check(row.Row, condition, known.GetValueOrDefault(condition.Question)) is { } unmet)
            {
                batch.Refused.Add(unmet);
            }
            else if (ImportedQuestions.Bring(draft, row.Status, row.StoppedAt, now) is { IsRefused: true } refused)
            {
                batch.Refused.Add(row.Row.Refuse(QuestionColumns.Of(refused.Refusals[0].Field), refused.Refusals[0].Detail));
            }
            else
            {
                var key = StreamKeys.Question(draft.Slug);
                var events = ImportedQuestions.Bring(draft, row.Status, row.StoppedAt, now).Events.ToList();
                events.InsertRange(Math.Min(2, events.Count), row.Additions);
                var head = new StreamHead(key, typeof(Question), found: 0);
                foreach (var e in events)
                    batch.Append.Add(head, e);
                var question = events.Skip(1).Aggregate(Question.Drafted(key, draft), (q, e) => q.After(e)) with { Version = events.Count };
                known.Add(draft.Slug, question);
                added.Add((key, question, question.Version));
                if (question.Status == QuestionStatus.Open)
                    Opened.Add(key);
                else if (question.Condition is not null)
                    Conditional.Add(key);
            }
        }

        await batch.Append.WriteAsync(token);
        await batch.Append.KeepAsync(added, token);
    }

    private static RefusedRow? Check(ImportRow row, QuestionCondition condition, Question? on)
    {
        if (on is null)
            return row.Refuse("condition_question", $"There is no question '{RowValues.Shortened(condition.Question)}' to depend on.");
        var unnamed = on is { Options.Count: 0 } && on.Type.MayLeaveOptionsToForecasts() && !OutcomeText.IsReserved(condition.Outcome);
        return unnamed || OutcomeText.Parse(on, condition.Outcome) is not null
            ? null
            : row.Refuse("condition_outcome", $"'{RowValues.Shortened(condition.Outcome)}' is no outcome of '{condition.Question}'.");
    }

    private sealed record ReadQuestion(
        ImportRow Row,
        QuestionDrafted? Draft,
        QuestionStatus? Status,
        DateTimeOffset? StoppedAt,
        IReadOnlyList<object> Additions,
        RefusedRow? Refused
    )
    {
        public string? Difference(Question question) => ImportedQuestions.Difference(question, Draft!, Status, Additions, StoppedAt);
    }

    private static ReadQuestion Read(ImportRow row, DateTimeOffset now)
    {
        var v = row.Values;
        var refused = row.Problem;
        string Needed(int place)
        {
            if (v[place] is null)
                refused ??= row.Refuse(QuestionColumns.Name(place), $"'{QuestionColumns.Name(place)}' is empty, and a question needs it.");
            return v[place] ?? "";
        }

        var slug = Needed(QuestionColumns.Question);
        var title = Needed(QuestionColumns.Title);
        var type = RowValues.Choice<QuestionType>(Needed(QuestionColumns.Type));
        if (type is null)
            refused ??= row.Refuse(
                "type",
                $"'{RowValues.Shortened(v[QuestionColumns.Type]!)}' is no type of question; 'type' is one of {RowValues.Choices<QuestionType>()}."
            );
        var opensAt = row.Instant("opens_at", Needed(QuestionColumns.OpensAt) is { Length: > 0 } opens ? opens : null, ref refused);
        var closesAt = row.Instant("closes_at", Needed(QuestionColumns.ClosesAt) is { Length: > 0 } closes ? closes : null, ref refused);
        var resolvesBy = row.Instant("resolves_by", v[QuestionColumns.ResolvesBy], ref refused) ?? closesAt;
        var options = RowValues.List(v[QuestionColumns.Options]);
        if (type?.IsYesOrNo() == true && options.Count > 0 && options is not ["yes", "no"])
            refused ??= row.Refuse("options", "A binary question has the options yes and no, and names none itself.");
        var range = Range(row, type, ref refused);
        var spotAt = row.Instant("spot_at", v[QuestionColumns.SpotAt], ref refused);
        var (document, locator) = (v[QuestionColumns.SourceDocument], v[QuestionColumns.SourceLocator]);
        if (document is null && locator is not null)
            refused ??= row.Refuse("source_locator", "A 'source_locator' is a place in a document, and 'source_document' is empty.");
        var (condition, outcome) = (v[QuestionColumns.ConditionQuestion], v[QuestionColumns.ConditionOutcome]);
        if (condition is null && outcome is not null)
            refused ??= row.Refuse("condition_outcome", "A 'condition_outcome' is that of another question, and 'condition_question' is empty.");
        if (condition is not null && outcome is null)
            refused ??= row.Refuse("condition_outcome", "'condition_outcome' is empty; say which outcome of the other question this one depends on.");
        var status = Status(row, ref refused);
        var stoppedAt = row.Instant("stopped_at", v[QuestionColumns.StoppedAt], ref refused);
        row.CheckRecord(ImportKind.Questions, ref refused);
        var additions = QuestionAdditions.Read(row, now, ref refused);
        if (refused is not null || type is null || opensAt is null || closesAt is null)
            return new ReadQuestion(row, null, null, null, [], refused);
        return new ReadQuestion(
            row,
            new QuestionDrafted(
                slug,
                title,
                v[QuestionColumns.Background] ?? "",
                v[QuestionColumns.Criteria] ?? "",
                type.Value,
                type?.IsYesOrNo() == true ? ["yes", "no"] : options,
                range,
                v[QuestionColumns.Unit],
                opensAt.Value,
                closesAt.Value,
                resolvesBy!.Value,
                spotAt,
                RowValues.List(v[QuestionColumns.Tags]),
                document is not null ? new QuestionSource(document, locator ?? "") : null,
                condition is not null ? new QuestionCondition(condition, outcome!) : null,
                v[QuestionColumns.Group],
                v[QuestionColumns.StatusQuo],
                Imported: true
            ),
            status,
            stoppedAt,
            additions,
            null
        );
    }

    /// <summary>
    /// What the file says that the question should be; what it has an outcome by, or waits for one, comes with the outcomes, and it is taken by its close.
    /// </summary>
    private static QuestionStatus? Status(ImportRow row, ref RefusedRow? refused)
    {
        if (row.Values[QuestionColumns.Status] is not { } text)
            return null;
        if (RowValues.Choice<QuestionStatus>(text) is not { } status)
        {
            refused ??= row.Refuse("status", $"'{RowValues.Shortened(text)}' is no status; 'status' is one of {RowValues.Choices<QuestionStatus>()}.");
            return null;
        }

        return status is QuestionStatus.Draft or QuestionStatus.Open or QuestionStatus.Closed ? status : null;
    }

    private static QuestionRange? Range(ImportRow row, QuestionType? type, ref RefusedRow? refused)
    {
        var (min, max, open) = (
            row.Values[QuestionColumns.RangeMin],
            row.Values[QuestionColumns.RangeMax],
            RowValues.List(row.Values[QuestionColumns.RangeOpen])
        );
        if (open.FirstOrDefault(e => e is not ("lower" or "upper" or "both")) is { } wrong)
            refused ??= row.Refuse("range_open", $"'{RowValues.Shortened(wrong)}' is no end of a range; 'range_open' is lower, upper or lower|upper.");
        if (type?.HasOptions() == true)
        {
            foreach (var place in (int[])[QuestionColumns.RangeMin, QuestionColumns.RangeMax, QuestionColumns.RangeOpen])
            {
                if (row.Values[place] is not null)
                    refused ??= row.Refuse(QuestionColumns.Name(place), "Only numeric and date questions have a range; leave it empty.");
            }
        }

        if (min is null && max is null)
        {
            if (open.Count > 0)
                refused ??= row.Refuse("range_open", "'range_open' says which ends of a range are open, and 'range_min' and 'range_max' are empty.");
            return null;
        }

        double? Place(string column, string? text, ref RefusedRow? problem)
        {
            if (text is null)
                problem ??= row.Refuse(column, "A range has both ends, range_min and range_max.");
            if (text is null || type?.CountsDays() != true)
                return row.Number(column, text, ref problem);
            if (OutcomeText.ParseDay(text) is { } day)
                return day;
            problem ??= row.Refuse(column, $"'{RowValues.Shortened(text)}' is no date; write {Instants.Expected}.");
            return null;
        }

        var (lower, upper) = (Place("range_min", min, ref refused), Place("range_max", max, ref refused));
        return lower is null || upper is null
            ? null
            : new QuestionRange(lower.Value, upper.Value, open.Any(e => e is "lower" or "both"), open.Any(e => e is "upper" or "both"));
    }
}
