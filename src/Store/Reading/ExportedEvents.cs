using System.Text;
using Domain;
using Domain.Consensus;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.ReferenceForecasters;
using Npgsql;
using NpgsqlTypes;
using Store.Events;

namespace Store.Reading;

/// <summary>What the store knows about an event besides its data.</summary>
internal sealed record EventHead(long Sequence, Guid Id, string Stream, long Version, string Type, DateTimeOffset At, byte[]? Data);

/// <summary>
/// Finds all events of an export before the first one is read. Events that are recorded later are in none of the pages. Each page is read separately, so that
/// nothing is held in the database while a client is slow. A place takes 8 bytes.
/// </summary>
internal sealed class ExportedEvents(NpgsqlDataSource database)
{
    private static readonly string[] References = [.. ReferenceForecasters.All.Select(r => r.Forecaster)];

    private const string Events = EventSql.Events;
    private const string Streams = EventSql.Streams;

    private static readonly string MadeAt = $"{EventSql.Text("e", nameof(ForecastRevised.MadeAt), EventGroups.Steps)}::timestamptz";

    /// <summary>
    /// The events of these types in the streams of questions, in the order of recording. The caller applies <see cref="ExportFilter.From"/> and
    /// <see cref="ExportFilter.To"/>.
    /// </summary>
    public Task<long[]> OnQuestionsAsync(ExportFilter filter, IReadOnlyCollection<string>? tagged, Type[] types, CancellationToken token)
    {
        var (command, sql) = Begin(filter, tagged, types);
        if (filter.Question is { } question)
            sql.Append($" and e.stream_id = {Add(command, StreamKeys.Question(question.Value), NpgsqlDbType.Varchar)}");
        if (filter.Analyst is { } analyst)
        {
            sql.Append(
                $"""
                 and e.stream_id in (select 'question/' || split_part(s.id, '/', 2) from {Streams} s
                where s.type = 'forecast' and split_part(s.id, '/', 3) collate "C" = {Add(command, analyst.Value, NpgsqlDbType.Text)}
                """
            );
            if (filter.KnownAt is { } known)
            {
                sql.Append(
                    $" and exists (select 1 from {Events} f where f.stream_id = s.id and f.version = 1 and f.timestamp <= "
                        + $"{Add(command, known.UtcDateTime, NpgsqlDbType.TimestampTz)})"
                );
            }

            sql.Append(')');
        }

        return ReadAsync(command, sql.Append(" order by e.seq_id"), token);
    }

    /// <summary>
    /// The steps of forecasts in the order in which they were made; at the same instant by stream, then in the order of recording. This order is the same in
    /// every database, and two steps of one forecast at one instant keep theirs.
    /// </summary>
    public Task<long[]> OfForecastsAsync(ExportFilter filter, IReadOnlyCollection<string>? tagged, Type[] types, CancellationToken token)
    {
        var (command, sql) = Begin(filter, tagged, types);
        switch (filter)
        {
            case { Question: { } question, Analyst: { } analyst }:
                sql.Append($" and e.stream_id = {Add(command, StreamKeys.Forecast(question, analyst), NpgsqlDbType.Varchar)}");
                break;
            case { Question: { } question }:
                var (first, end) = ForecastLog.Bounds(question.Value);
                sql.Append(
                    $"""
                     and e.stream_id in (select id from {Streams} where id collate "C" > {Add(command, first, NpgsqlDbType.Varchar)} and id collate "C" < {Add(
                        command,
                        end,
                        NpgsqlDbType.Varchar
                    )})
                    """
                );
                break;
            case { Analyst: { } analyst }:
                sql.Append(
                    $"""
                     and e.stream_id in (select id from {Streams} where type = 'forecast' and split_part(id, '/', 3) collate "C" = {Add(
                        command,
                        analyst.Value,
                        NpgsqlDbType.Text
                    )})
                    """
                );
                break;
        }

        // A seal that was revealed by then is in the file as what was revealed: two rows of one instant would be two forecasts.
        sql.Append(
            $"""
             and not exists (select from {Events} r where r.type = {EventSql.Name<ForecastRevealed>()} and r.stream_id = e.stream_id
                and {EventSql.Text("r", nameof(ForecastRevealed.Step), typeof(ForecastRevealed))} = e.id::text
                {(filter.KnownAt is { } by ? $"and r.timestamp <= {Add(command, by.UtcDateTime, NpgsqlDbType.TimestampTz)}" : "")})
            """
        );
        // Computed forecasters are computed again by the importing service, which accepts nothing under their names. They are exported only on request.
        if (filter.Analyst is null)
            sql.Append(
                $"""
                 and not split_part(e.stream_id, '/', 3) = any({Add(command, References, NpgsqlDbType.Array | NpgsqlDbType.Text)})
                 and not starts_with(split_part(e.stream_id, '/', 3), '{ConsensusMethods.Prefix}')
                """
            );
        if (filter.From is { } from)
            sql.Append($" and {MadeAt} >= {Add(command, from.UtcDateTime, NpgsqlDbType.TimestampTz)}");
        if (filter.To is { } to)
            sql.Append($" and {MadeAt} < {Add(command, to.UtcDateTime, NpgsqlDbType.TimestampTz)}");
        return ReadAsync(command, sql.Append($" order by {MadeAt}, e.stream_id collate \"C\", e.seq_id"), token);
    }

    /// <summary>The questions whose scores are selected, by slug.</summary>
    public async Task<IReadOnlyList<string>> ScoredQuestionsAsync(
        ExportFilter filter,
        IReadOnlyCollection<string>? tagged,
        bool hasForecasts,
        CancellationToken token
    )
    {
        await using var command = database.CreateCommand();
        command.CommandTimeout = 0;
        var sql = new StringBuilder(
            $"select split_part(s.id, '/', 2) from {Streams} s where s.id collate \"C\" > 'scoring/' and s.id collate \"C\" < 'scoring0'"
        );
        if (filter.Question is { } question)
            sql.Append($" and s.id = {Add(command, StreamKeys.Scoring(question.Value), NpgsqlDbType.Varchar)}");
        if (tagged is not null)
            sql.Append($" and split_part(s.id, '/', 2) = any({Add(command, tagged.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        if (hasForecasts)
        {
            sql.Append(
                $"""
                 and s.id in (select 'scoring/' || split_part(f.id, '/', 2) from {Streams} f where f.type = 'forecast'
                     and split_part(f.id, '/', 3) collate "C" = {Add(
                    command,
                    filter.Analyst!.Value.Value,
                    NpgsqlDbType.Text
                )})
                """
            );
        }

        command.CommandText = sql.Append(" order by s.id collate \"C\"").ToString();
        var slugs = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            slugs.Add(reader.GetString(0));
        return slugs;
    }

    /// <summary>The forecasters whose steps on these questions were imported, by question.</summary>
    public async Task<ILookup<string, ImportedSteps>> ImportedStepsAsync(IReadOnlyCollection<string> questions, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            select {EventSql.Slug("e")}, split_part(e.stream_id, '/', 3), {EventSql.Text(
                "e",
                nameof(ForecastRevised.Kind),
                EventGroups.Steps
            )}, min(e.seq_id), e.timestamp
            from unnest($1) u (slug)
            cross join lateral (select id from {Streams} where id collate "C" > 'forecast/' || u.slug || '/'
                and id collate "C" < 'forecast/' || u.slug || '0') s
            join {Events} e on e.stream_id = s.id where {EventSql.Text("e", nameof(ForecastRevised.Imported), EventGroups.Steps)} = 'true' group by 1, 2, 3, 5
            """
        );
        command.CommandTimeout = 0;
        Add(command, questions.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
        var found = new List<(string Question, ImportedSteps Steps)>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            found.Add(
                (
                    reader.GetString(0),
                    new ImportedSteps(
                        reader.GetString(1),
                        Enum.Parse<ForecasterKind>(reader.GetString(2)),
                        reader.GetInt64(3),
                        await reader.GetFieldValueAsync<DateTimeOffset>(4, token)
                    )
                )
            );
        return found.ToLookup(f => f.Question, f => f.Steps, StringComparer.Ordinal);
    }

    /// <summary>The latest generation of each of these questions that was recorded by the instant, by question.</summary>
    public async Task<IReadOnlyList<EventHead>> GenerationsAsync(IReadOnlyCollection<string> questions, DateTimeOffset? knownAt, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            select e.seq_id, e.id, e.stream_id, e.version, e.type, e.timestamp, {EventSql.Stored("e")} from unnest($1) u (id)
            cross join lateral (select * from {Events} g where g.stream_id = u.id and g.timestamp <= $2 order by g.version desc limit 1) e
            order by e.stream_id collate "C"
            """
        );
        command.CommandTimeout = 0;
        Add(command, questions.Select(StreamKeys.Scoring).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Varchar);
        Add(command, knownAt?.UtcDateTime ?? DateTime.MaxValue, NpgsqlDbType.TimestampTz);
        return await HeadsAsync(command, withData: true, token);
    }

    /// <summary>The events at these places, in the order in which the places are given.</summary>
    public async Task<IReadOnlyList<EventHead>> AtAsync(long[] places, bool withData, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"select e.seq_id, e.id, e.stream_id, e.version, e.type, e.timestamp{(withData ? $", {EventSql.Stored("e")}" : "")} from {Events} e where "
                + "e.seq_id = any($1)"
        );
        Add(command, places, NpgsqlDbType.Array | NpgsqlDbType.Bigint);
        var found = (await HeadsAsync(command, withData, token)).ToDictionary(e => e.Sequence);
        return [.. places.Select(p => found[p])];
    }

    private static async Task<IReadOnlyList<EventHead>> HeadsAsync(NpgsqlCommand command, bool withData, CancellationToken token)
    {
        var heads = new List<EventHead>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            heads.Add(
                new EventHead(
                    reader.GetInt64(0),
                    reader.GetGuid(1),
                    reader.GetString(2),
                    reader.GetInt64(3),
                    reader.GetString(4),
                    await reader.GetFieldValueAsync<DateTimeOffset>(5, token),
                    withData ? await reader.GetFieldValueAsync<byte[]>(6, token) : null
                )
            );
        }

        return heads;
    }

    private (NpgsqlCommand Command, StringBuilder Sql) Begin(ExportFilter filter, IReadOnlyCollection<string>? tagged, Type[] types)
    {
        var command = database.CreateCommand();
        command.CommandTimeout = 0;
        // The names are literals, so the planner sees that the index of rare types covers them.
        var sql = new StringBuilder($"select e.seq_id from {Events} e where e.type in ({EventSql.Names(types)})");
        if (filter.KnownAt is { } known)
            sql.Append($" and e.timestamp <= {Add(command, known.UtcDateTime, NpgsqlDbType.TimestampTz)}");
        if (tagged is not null)
            sql.Append($" and split_part(e.stream_id, '/', 2) = any({Add(command, tagged.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text)})");
        return (command, sql);
    }

    private static async Task<long[]> ReadAsync(NpgsqlCommand command, StringBuilder sql, CancellationToken token)
    {
        await using (command)
        {
            command.CommandText = sql.ToString();
            var places = new List<long>();
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
                places.Add(reader.GetInt64(0));
            return [.. places];
        }
    }

    private static string Add<T>(NpgsqlCommand command, T value, NpgsqlDbType type)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
        return $"${command.Parameters.Count}";
    }
}
