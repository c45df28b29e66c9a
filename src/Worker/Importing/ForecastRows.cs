using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Domain;
using Domain.Forecasts;
using Domain.Importing;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Marten;
using Store.Appending;
using Store.Events;
using Store.Importing;

namespace Worker.Importing;

/// <summary>
/// Forecasts from a file, in the order of time. Rows with the same question, forecaster and instant are one forecast, with one option or quantile in each row.
/// Two forecasts at one instant are told apart by <c>event_id</c>.
/// </summary>
internal sealed class ForecastRows(IDocumentStore store, TimeProvider clock) : IRowImport
{
    private readonly KnownQuestions _questions = new(store);
    private readonly KnownForecasters _forecasters = new(store);

    public bool BelongTogether(ImportRow row, ImportRow next) => OrderOfTime.AreAtOnce(row, next);

    public IEnumerable<ImportRow> InOrder(RowsOfFile rows) => OrderOfTime.Of(rows);

    public async Task<Func<ImportBatch, CancellationToken, Task>> PrepareAsync(IReadOnlyList<ImportRow> rows, CancellationToken token)
    {
        await _questions.LoadAsync(rows.Select(r => r.Values[0]), token);
        await _forecasters.LoadAsync(rows, token);
        var (now, refused, prepared, named) = (
            clock.GetUtcNow(),
            new List<RefusedRow>(),
            new List<PreparedForecast>(rows.Count),
            new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
        );
        var (repeats, unknown) = (new Dictionary<Guid, int>(rows.Count), new List<AnalystRegistered>());
        foreach (var group in ForecastGroup.Of(rows, _questions, refused))
        {
            var known = _questions.Find(group.Question.Slug)!;
            var options = known is { Options.Count: 0 } && known.Type.MayLeaveOptionsToForecasts() ? group.AllOptions() : null;
            var kind = _forecasters.KindOf(group.Forecaster);
            if (group.Claim(options is null ? known : known with { Options = options }, kind, now) is not { } claim)
            {
                refused.AddRange(group.Refusals);
                continue;
            }

            if (options is not null)
            {
                _questions.NameOptions(known, options);
                named.Add(known.Slug, options);
            }

            if (_forecasters.Introduce(group.Forecaster) is { } introduced)
                unknown.Add(introduced);
            var data = ImportedForecasts.Event(new QuestionSlug(group.Question.Slug), claim, first: false);
            var json = EventJson.Write(data);
            var key = StreamKeys.Forecast(new QuestionSlug(group.Question.Slug), new ForecasterName(group.Forecaster));
            var first = ForecastIdentity.Of(key, json, 0);
            var times = repeats[first] = repeats.GetValueOrDefault(first) + 1;
            prepared.Add(
                new PreparedForecast(
                    group.Question.Slug,
                    group.Forecaster,
                    group.MadeAt,
                    [.. group.Rows.Select(r => r.Line)],
                    group.Repeated,
                    claim.Statement is { Seal: not null } s ? s : null,
                    key,
                    data is ForecastWithdrawn,
                    json,
                    times == 1 ? first : ForecastIdentity.Of(key, json, times - 1)
                )
            );
        }

        return (batch, t) => RecordAsync(batch, prepared, refused, unknown, named, t);
    }

    /// <summary>A checked forecast. It waits for its turn without its rows, which take several times as much memory.</summary>
    /// <param name="Repeated">The number of its rows that repeat another.</param>
    /// <param name="Sealed">What it states, where it was stated as a seal.</param>
    private sealed record PreparedForecast(
        string Question,
        string Forecaster,
        DateTimeOffset MadeAt,
        long[] Lines,
        int Repeated,
        Statement? Sealed,
        string Key,
        bool Withdraws,
        byte[] Json,
        Guid Id
    );

    private async Task RecordAsync(
        ImportBatch batch,
        IReadOnlyList<PreparedForecast> forecasts,
        IReadOnlyList<RefusedRow> refused,
        IReadOnlyList<AnalystRegistered> unknown,
        IReadOnlyDictionary<string, IReadOnlyList<string>> named,
        CancellationToken token
    )
    {
        batch.Refused.AddRange(refused);
        var people = await batch.HoldAnalystsAsync(forecasts.Select(f => f.Forecaster).ToHashSet(StringComparer.Ordinal), token);
        var stand = await batch.StandAsync(forecasts.Select(f => f.Key).ToHashSet(StringComparer.Ordinal), token);
        var (held, live) = Held(await batch.HeldBeforeAsync([.. stand.Where(s => s.Value.Before).Select(s => s.Key)], token));
        // Time determines what stood before a withdrawal. The forecasts of a file come in that order, but earlier recorded ones may be later in time.
        var first = await batch.FirstStatedAsync(
            [.. forecasts.Where(f => f.Withdraws && stand.TryGetValue(f.Key, out var s) && s.Before).Select(f => f.Key).Distinct(StringComparer.Ordinal)],
            token
        );
        var seals = await batch.SealsAsync([.. forecasts.Where(f => f.Sealed is not null).Select(f => (f.Question, f.Sealed!.Seal!)).Distinct()], token);
        var heads = new Dictionary<string, StreamHead>(StringComparer.Ordinal);
        var analysts = await RegisterAsync(batch, unknown, token);
        var touched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var forecast in forecasts)
        {
            if (held.Contains(forecast.Id))
            {
                batch.Unchanged += forecast.Lines.Length;
                continue;
            }

            if (WhyNot(people.GetValueOrDefault(forecast.Forecaster), live.Contains(forecast.Key)) is { } why)
            {
                batch.Refused.AddRange(forecast.Lines.Select(line => new RefusedRow(line, "forecaster", $"'{forecast.Forecaster}' {why}")));
                continue;
            }

            if (forecast.Sealed is { } statement)
            {
                var (seal, step) = ((forecast.Question, statement.Seal!), new SealedStep(forecast.Forecaster, forecast.MadeAt.ToMicroseconds(), statement));
                var known = seals.GetValueOrDefault(seal);
                if (ClaimedSeals.Check(known, step) is { } refusal)
                {
                    batch.Refused.AddRange(forecast.Lines.Select(line => new RefusedRow(line, refusal.Field, refusal.Detail)));
                    continue;
                }

                seals[seal] = SealOnRecord.After(known, step);
            }

            if (!heads.TryGetValue(forecast.Key, out var head))
                heads.Add(forecast.Key, head = new StreamHead(forecast.Key, typeof(Forecast), stand.GetValueOrDefault(forecast.Key).Version));
            if (forecast.Withdraws && (head.Version == 0 || (first.TryGetValue(forecast.Key, out var earliest) && earliest > forecast.MadeAt)))
            {
                batch.Refused.AddRange(
                    forecast.Lines.Select(line => new RefusedRow(line, "withdrawn", "No forecast was made before it that could be withdrawn."))
                );
                continue;
            }

            if (!forecast.Withdraws && first.TryGetValue(forecast.Key, out var then) && forecast.MadeAt < then)
                first[forecast.Key] = forecast.MadeAt;
            batch.Unchanged += forecast.Repeated;
            touched.Add(forecast.Question);
            var type =
                forecast.Withdraws ? typeof(ForecastWithdrawn)
                : head.Version == 0 ? typeof(ForecastSubmitted)
                : typeof(ForecastRevised);
            batch.Append.Add(head, type, forecast.Json, forecast.Id);
        }

        var questions = await NameOptionsAsync(batch, named, token);
        await batch.Append.WriteAsync(token);
        await batch.Append.KeepAsync(analysts, token);
        await batch.Append.KeepAsync(questions, token);
        await batch.ScoreResolvedAsync(touched, GenerationTrigger.LateImport, token);
    }

    /// <summary>Why nothing is brought in under a name; null where something may be.</summary>
    /// <param name="analyst">Who has the name; null where nobody does yet.</param>
    /// <param name="isLive">Whether they forecast on the question here.</param>
    private static string? WhyNot(Analyst? analyst, bool isLive)
    {
        const string ForThemself = "and speaks for themself; bring history in under another name.";
        return analyst?.ErasedAt is not null ? "was erased here, and nothing more is brought in under the name."
            : isLive ? $"has forecast on this question here {ForThemself}"
            // With a token, or through an identity provider.
            : analyst is { Tokens.Count: > 0 } or { Subject: not null } ? $"has a token here {ForThemself}"
            : null;
    }

    private static async Task<List<(string, Analyst, long)>> RegisterAsync(ImportBatch batch, IReadOnlyList<AnalystRegistered> unknown, CancellationToken token)
    {
        var registered = new List<(string, Analyst, long)>();
        if (unknown.Count == 0)
            return registered;
        var there = await batch.StandAsync([.. unknown.Select(e => StreamKeys.Analyst(e.Analyst))], token);
        foreach (var e in unknown)
        {
            var key = StreamKeys.Analyst(e.Analyst);
            if (there.ContainsKey(key))
                continue;
            batch.Append.Add(new StreamHead(key, typeof(Analyst), found: 0), e);
            registered.Add((key, Analyst.After(null, key, e)! with { Version = 1 }, 1));
        }

        return registered;
    }

    private async Task<List<(string, Question, long)>> NameOptionsAsync(
        ImportBatch batch,
        IReadOnlyDictionary<string, IReadOnlyList<string>> named,
        CancellationToken token
    )
    {
        var changed = new List<(string, Question, long)>();
        if (named.Count == 0)
            return changed;
        await using var session = store.QuerySession();
        foreach (var question in await session.LoadManyAsync<Question>(token, named.Keys.Select(StreamKeys.Question)))
        {
            var e = new OptionsNamed(named[question.Slug]);
            batch.Append.Add(new StreamHead(question.Id, typeof(Question), question.Version), e);
            changed.Add((question.Id, question.After(e) with { Version = question.Version + 1 }, question.Version + 1));
        }

        return changed;
    }

    /// <summary>
    /// The ids that a file's forecasts would have if they had the content of these events, and the streams with live steps. An event that an import recorded
    /// already has such an id.
    /// </summary>
    private static (HashSet<Guid> Ids, HashSet<string> Live) Held(IReadOnlyList<(string Stream, Guid Id, object? Step)> held)
    {
        var (ids, live) = (new HashSet<Guid>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (stream, id, step) in held)
        {
            var said = id;
            if (step is not null)
            {
                var (isImported, imported) = step switch
                {
                    ForecastWithdrawn w => (w.Imported, (object)(w with { Imported = true })),
                    ForecastRevised r => (r.Imported, r with { Imported = true }),
                    _ => throw new InvalidOperationException(),
                };
                if (!isImported)
                    live.Add(stream);
                var json = EventJson.Write(imported);
                said = ForecastIdentity.Of(stream, json, 0);
                for (var times = 1; ids.Contains(said); times++)
                    said = ForecastIdentity.Of(stream, json, times);
            }

            ids.Add(said);
        }

        return (ids, live);
    }
}

/// <summary>The id of an imported forecast's event. It is derived from the content, so that a second import recognizes it.</summary>
internal static class ForecastIdentity
{
    /// <summary>A version 8 UUID from the stream, the event in UTF-8, and the number of equal events before it in the file.</summary>
    public static Guid Of(string stream, ReadOnlySpan<byte> json, int times)
    {
        var longest = Encoding.UTF8.GetMaxByteCount(stream.Length) + json.Length + 16;
        var text = longest <= 2048 ? stackalloc byte[2048] : new byte[longest];
        var at = Encoding.UTF8.GetBytes(stream, text);
        text[at++] = (byte)'\n';
        json.CopyTo(text[at..]);
        at += json.Length;
        if (times > 0)
        {
            text[at++] = (byte)'\n';
            times.TryFormat(text[at..], out var digits, provider: CultureInfo.InvariantCulture);
            at += digits;
        }

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(text[..at], hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
