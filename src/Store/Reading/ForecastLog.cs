using System.Data.Common;
using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Store.Events;

namespace Store.Reading;

/// <summary>One recorded step of a forecast, with both of its times.</summary>
/// <param name="EventId">The id of the step's event.</param>
/// <param name="Sequence">The event's place among all events; 0 where it was not read.</param>
/// <param name="Type">The name of the event's type.</param>
/// <param name="Forecaster">Whose forecast it is.</param>
/// <param name="Kind">What the forecaster is.</param>
/// <param name="MadeAt">When the step was made, UTC: of an expiry the instant of the expiry.</param>
/// <param name="RecordedAt">When this system recorded it, UTC.</param>
/// <param name="Statement">What was stated; null for a withdrawal and an expiry.</param>
/// <param name="Rationale">The forecaster's reasons; null if none were given.</param>
/// <param name="ExpiresAt">The instant from which the statement no longer stands; null for never.</param>
/// <param name="Imported">Whether it came from a file.</param>
/// <param name="Actor">The person who recorded it; null if that was not noted.</param>
/// <param name="Evidence">The evidence that the forecaster named; null if there is none.</param>
public sealed record RecordedStep(
    Guid EventId,
    long Sequence,
    string Type,
    string Forecaster,
    ForecasterKind Kind,
    DateTimeOffset MadeAt,
    DateTimeOffset RecordedAt,
    Statement? Statement,
    string? Rationale,
    DateTimeOffset? ExpiresAt,
    bool Imported,
    string? Actor,
    IReadOnlyList<string>? Evidence = null
)
{
    /// <summary>The step of an event; null if the event is not a step of a forecast.</summary>
    /// <param name="data">The event.</param>
    /// <param name="eventId">Its id.</param>
    /// <param name="sequence">Its place among all events; 0 where it is not known.</param>
    /// <param name="recordedAt">When it was recorded.</param>
    /// <param name="actor">Who recorded it.</param>
    public static RecordedStep? Of(object? data, Guid eventId, long sequence, DateTimeOffset recordedAt, string? actor)
    {
        return data switch
        {
            ForecastSubmitted s => Stated(
                nameof(ForecastSubmitted),
                s.Analyst.Value,
                s.Kind,
                s.MadeAt,
                s.Statement,
                s.Rationale,
                s.ExpiresAt,
                s.Imported,
                s.Evidence
            ),
            ForecastRevised r => Stated(
                nameof(ForecastRevised),
                r.Analyst.Value,
                r.Kind,
                r.MadeAt,
                r.Statement,
                r.Rationale,
                r.ExpiresAt,
                r.Imported,
                r.Evidence
            ),
            ForecastRevealed r => Stated(
                nameof(ForecastRevealed),
                r.Analyst.Value,
                r.Kind,
                r.MadeAt,
                r.Statement,
                r.Rationale,
                r.ExpiresAt,
                r.Imported,
                r.Evidence
            ),
            ForecastWithdrawn w => Ended(nameof(ForecastWithdrawn), w.Analyst.Value, w.Kind, w.MadeAt, w.Imported),
            ForecastExpired x => Ended(nameof(ForecastExpired), x.Analyst.Value, x.Kind, x.ExpiredAt, imported: false),
            _ => null,
        };

        RecordedStep Stated(
            string type,
            string forecaster,
            ForecasterKind kind,
            DateTimeOffset madeAt,
            Statement statement,
            string? rationale,
            DateTimeOffset? expiresAt,
            bool imported,
            IReadOnlyList<string> evidence
        ) =>
            new(
                eventId,
                sequence,
                type,
                forecaster,
                kind,
                madeAt,
                recordedAt,
                statement,
                rationale,
                expiresAt,
                imported,
                actor,
                evidence is { Count: > 0 } ? evidence : null
            );

        RecordedStep Ended(string type, string forecaster, ForecasterKind kind, DateTimeOffset madeAt, bool imported) =>
            new(eventId, sequence, type, forecaster, kind, madeAt, recordedAt, null, null, null, imported, actor);
    }

    /// <summary>Whether what was stated is there for everybody to see at an instant: it was stated openly, or has been revealed by then.</summary>
    public bool IsOpenAt(DateTimeOffset instant) => Statement?.Seal is null || Statement.RevealedAt <= instant;

    /// <summary>The step as scoring and consensus use it.</summary>
    public ForecastStep ToStep() => new(MadeAt, Sequence, Statement?.ToPrediction(), ExpiresAt);
}

/// <summary>
/// Reads the forecasts on a question from the events, by the prefix that their streams share. This is complete by construction: a forecast is its event, so the
/// read contains everything that was committed before it, and no view has to catch up first.
/// </summary>
public static class ForecastLog
{
    /// <summary>The most steps of one forecast's history that are read at once.</summary>
    public const int MostSteps = 10_000;

    internal const string Streams = EventSql.Streams;
    internal const string Events = EventSql.Events;

    private static readonly Type[] Steps = [.. EventGroups.Steps, typeof(ForecastExpired)];

    internal static readonly string Step = $"e.id, e.seq_id, e.type, e.timestamp, e.user_name, {EventSql.Stored("e")}::text";

    internal static readonly string MadeAt =
        $"(coalesce({EventSql.Text("e", nameof(ForecastRevised.MadeAt), Steps)}, {EventSql.Text("e", nameof(ForecastExpired.ExpiredAt), Steps)}))::timestamptz";

    // A forecast states its own expiry, so the expiry is known even if it has not been recorded yet.
    internal static readonly string IsStated = $"e.type <> {EventSql.Name<ForecastExpired>()}";

    /// <summary>Every step of every forecast on the question, in the order of recording.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="slug">The question.</param>
    /// <param name="knownAt">Only what was recorded up to this instant, if given.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyList<RecordedStep>> OnQuestionAsync(IQuerySession session, string slug, DateTimeOffset? knownAt, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {Step} from {Streams} s join {Events} e on e.stream_id = s.id
            where s.id collate "C" > $1 and s.id collate "C" < $2 and e.timestamp <= $3 and {IsStated}
            order by e.seq_id
            """
        );
        var (from, to) = Bounds(slug);
        Add(command, Text(from), Text(to), Instant(knownAt));
        return await ReadAsync(session, command, token);
    }

    /// <summary>
    /// The step of each forecaster that stands on the question at an instant, by forecaster, a page at a time. Expired and withdrawn forecasts are left out.
    /// The cost depends on the events of the page's forecasters, not on the number of others.
    /// </summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="slug">The question.</param>
    /// <param name="asOf">The instant.</param>
    /// <param name="knownAt">Only what was recorded up to this instant, if given.</param>
    /// <param name="after">The forecaster after whom the page starts; empty for the first page.</param>
    /// <param name="limit">The most steps wanted.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyList<RecordedStep>> StandingAsync(
        IQuerySession session,
        string slug,
        DateTimeOffset asOf,
        DateTimeOffset? knownAt,
        string after,
        int limit,
        CancellationToken token
    )
    {
        var standing = new List<RecordedStep>(limit);
        var (from, to) = Bounds(slug);
        from += after;
        while (true)
        {
            await using var command = StandingCommand(from, to, asOf, knownAt, limit);
            var (streams, last) = (0, from);
            await using (var reader = await session.ExecuteReaderAsync(command, token))
            {
                while (await reader.ReadAsync(token))
                {
                    (streams, last) = (streams + 1, reader.GetString(6));
                    if (
                        standing.Count < limit
                        && !await reader.IsDBNullAsync(0, token)
                        && Read(reader) is { Statement: not null } step
                        && !(step.ExpiresAt <= asOf)
                    )
                        standing.Add(step);
                }
            }

            if (streams < limit || standing.Count == limit)
                return standing;
            from = last;
        }
    }

    /// <summary>The query of <see cref="StandingAsync"/>: the last step by an instant in each of the next streams.</summary>
    internal static NpgsqlCommand StandingCommand(string after, string end, DateTimeOffset asOf, DateTimeOffset? knownAt, int streams)
    {
        var command = new NpgsqlCommand(StandingForecasts.Call);
        Add(command, Text(after), Text(end), Instant(knownAt), Instant(asOf), new NpgsqlParameter<int> { TypedValue = streams });
        return command;
    }

    /// <summary>
    /// The step of one forecaster that stands on each question at an instant, a page of questions at a time, by the names of their streams. Expired and
    /// withdrawn forecasts are left out. The cost depends on the forecaster's events on the page's questions, not on the number of others.
    /// </summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="forecaster">Whose forecasts.</param>
    /// <param name="asOf">The instant.</param>
    /// <param name="knownAt">Only what was recorded up to this instant, if given.</param>
    /// <param name="after">The question after which the page starts; null for the first page.</param>
    /// <param name="questions">How many questions are looked at.</param>
    /// <param name="token">Ends the read.</param>
    /// <returns>The steps, and the last question that was looked at, after which the next page starts; null if there is no next page.</returns>
    public static async Task<(IReadOnlyList<(string Question, RecordedStep Step)> Steps, QuestionSlug? Last)> StandingOfAsync(
        IQuerySession session,
        ForecasterName forecaster,
        DateTimeOffset asOf,
        DateTimeOffset? knownAt,
        QuestionSlug? after,
        int questions,
        CancellationToken token
    )
    {
        await using var command = StandingOfCommand(forecaster, asOf, knownAt, after, questions);
        var (standing, streams, last) = (new List<(string, RecordedStep)>(questions), 0, "");
        await using var reader = await session.ExecuteReaderAsync(command, token);
        while (await reader.ReadAsync(token))
        {
            (streams, last) = (streams + 1, reader.GetString(6).Split('/')[1]);
            if (!await reader.IsDBNullAsync(0, token) && Read(reader) is { Statement: not null } step && !(step.ExpiresAt <= asOf))
                standing.Add((last, step));
        }

        return (standing, streams < questions ? null : new QuestionSlug(last));
    }

    /// <summary>The query of <see cref="StandingOfAsync"/>: the last step by an instant in each of the forecaster's next streams.</summary>
    internal static NpgsqlCommand StandingOfCommand(ForecasterName forecaster, DateTimeOffset asOf, DateTimeOffset? knownAt, QuestionSlug? after, int questions)
    {
        var command = new NpgsqlCommand(
            $"""
            select l.*, s.id from (
                select m.id from {Streams} m where m.type = 'forecast' and split_part(m.id, '/', 3) collate "C" = $1 and m.id collate "C" > $2
                order by m.id collate "C" limit $5) s
            left join lateral (
                select {Step} from {Events} e
                where e.stream_id = s.id and e.timestamp <= $3 and {IsStated} and {MadeAt} <= $4
                order by {MadeAt} desc, e.seq_id desc limit 1) l on true
            order by s.id collate "C"
            """
        );
        Add(
            command,
            new NpgsqlParameter<string> { TypedValue = forecaster.Value, NpgsqlDbType = NpgsqlDbType.Text },
            Text(after is { } question ? StreamKeys.Forecast(question, forecaster) : StreamKeys.AllForecasts),
            Instant(knownAt),
            Instant(asOf),
            new NpgsqlParameter<int> { TypedValue = questions }
        );
        return command;
    }

    /// <summary>
    /// The steps of one forecaster's forecast, in the order in which they were made (then recorded). At most <see cref="MostSteps"/>, and one more if there are
    /// more.
    /// </summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="slug">The question.</param>
    /// <param name="forecaster">Whose forecast.</param>
    /// <param name="from">The time and sequence of the step to start from; null starts at the first.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyList<RecordedStep>> HistoryAsync(
        IQuerySession session,
        QuestionSlug slug,
        ForecasterName forecaster,
        (DateTimeOffset MadeAt, long Sequence)? from,
        CancellationToken token
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {Step} from {Events} e where e.stream_id = $1 and ({MadeAt}, e.seq_id) >= ($2, $3)
            order by {MadeAt}, e.seq_id limit {MostSteps + 1}
            """
        );
        Add(
            command,
            Text(StreamKeys.Forecast(slug, forecaster)),
            new NpgsqlParameter<DateTime> { TypedValue = from?.MadeAt.UtcDateTime ?? DateTime.MinValue, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            new NpgsqlParameter<long> { TypedValue = from?.Sequence ?? 0 }
        );
        return await ReadAsync(session, command, token);
    }

    /// <summary>The forecasters whose steps on the question were imported, and when these were recorded. Complete, as everything that is read here.</summary>
    public static async Task<ImportedMarks> ImportedAsync(IQuerySession session, string slug, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {EventSql.Text("e", nameof(ForecastRevised.Analyst), Steps)}, {EventSql.Text(
                "e",
                nameof(ForecastRevised.Kind),
                Steps
            )}, min(e.seq_id), e.timestamp from {Streams} s join {Events} e on e.stream_id = s.id
            where s.id collate "C" > $1 and s.id collate "C" < $2 and {EventSql.Text("e", nameof(ForecastRevised.Imported), Steps)} = 'true' group by 1, 2, 4
            """
        );
        var (from, to) = Bounds(slug);
        Add(command, Text(from), Text(to));
        var found = new List<ImportedSteps>();
        await using var reader = await session.ExecuteReaderAsync(command, token);
        while (await reader.ReadAsync(token))
        {
            found.Add(
                new ImportedSteps(
                    reader.GetString(0),
                    Enum.Parse<ForecasterKind>(reader.GetString(1)),
                    reader.GetInt64(2),
                    new DateTimeOffset(reader.GetDateTime(3), TimeSpan.Zero)
                )
            );
        }

        return new ImportedMarks(found);
    }

    /// <summary>How many events the forecast's stream has.</summary>
    public static async Task<long> VersionAsync(IQuerySession session, QuestionSlug slug, ForecasterName forecaster, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select version from {Streams} where id = $1");
        command.Parameters.Add(Text(StreamKeys.Forecast(slug, forecaster)));
        await using var reader = await session.ExecuteReaderAsync(command, token);
        return await reader.ReadAsync(token) ? reader.GetInt64(0) : 0;
    }

    /// <summary>The steps as timelines, one for each forecaster.</summary>
    public static IReadOnlyList<ForecastTimeline> ToTimelines(this IEnumerable<RecordedStep> steps) =>
        [
            .. steps
                .GroupBy(s => s.Forecaster, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new ForecastTimeline(g.Key, g.First().Kind, [.. g.Select(s => s.ToStep())])),
        ];

    /// <summary>The step of each forecaster that stands at an instant, by forecaster. Expired and withdrawn forecasts are left out.</summary>
    public static IReadOnlyList<RecordedStep> StandingAt(this IEnumerable<RecordedStep> steps, DateTimeOffset asOf) =>
        [
            .. steps
                .Where(s => s.MadeAt <= asOf)
                .GroupBy(s => s.Forecaster, StringComparer.Ordinal)
                .Select(g => g.MaxBy(s => (s.MadeAt, s.Sequence))!)
                .Where(s => s.Statement is not null && !(s.ExpiresAt <= asOf))
                .OrderBy(s => s.Forecaster, StringComparer.Ordinal),
        ];

    /// <summary>Bounds just before and just after the streams of a question's forecasts. In byte order, 0 follows the slash.</summary>
    internal static (string From, string To) Bounds(string slug)
    {
        var prefix = StreamKeys.Forecasts(slug);
        return (prefix, string.Concat(prefix.AsSpan(0, prefix.Length - 1), "0"));
    }

    private static async Task<IReadOnlyList<RecordedStep>> ReadAsync(IQuerySession session, NpgsqlCommand command, CancellationToken token)
    {
        var steps = new List<RecordedStep>();
        await using var reader = await session.ExecuteReaderAsync(command, token);
        while (await reader.ReadAsync(token))
        {
            if (Read(reader) is { } step)
                steps.Add(step);
        }

        return steps;
    }

    // Read without the event store, which would read the events one by one.
    private static RecordedStep? Read(DbDataReader row) =>
        RecordedStep.Of(
            EventJson.ReadKnown(row.GetString(2), row.GetString(5)),
            row.GetGuid(0),
            row.GetInt64(1),
            new DateTimeOffset(row.GetDateTime(3), TimeSpan.Zero),
            row.IsDBNull(4) ? null : row.GetString(4)
        );

    private static void Add(NpgsqlCommand command, params NpgsqlParameter[] parameters) => command.Parameters.AddRange(parameters);

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Varchar };

    private static NpgsqlParameter<DateTime> Instant(DateTimeOffset? value) =>
        new() { TypedValue = value?.UtcDateTime ?? DateTime.MaxValue, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
