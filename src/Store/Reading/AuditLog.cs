using System.Text;
using Domain;
using Domain.People;
using Domain.Questions;
using JasperFx.Events;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Store.Appending;
using Store.Events;

namespace Store.Reading;

/// <summary>Selects events. A null value does not restrict the selection.</summary>
/// <param name="Question">A question's slug: its own events, its forecasts' and its scorings'.</param>
/// <param name="Analyst">A forecaster's name: events about the forecaster, and the forecaster's forecasts.</param>
/// <param name="Type">The type of event.</param>
/// <param name="From">Recorded at this instant or later.</param>
/// <param name="To">Recorded before this instant.</param>
/// <param name="Correlation">The trace that the events belong to.</param>
public sealed record AuditFilter(QuestionSlug? Question, ForecasterName? Analyst, Type? Type, DateTimeOffset? From, DateTimeOffset? To, string? Correlation);

/// <summary>Reads recorded events in the order of recording, a page at a time. The cost depends on the page and not on the size of the store.</summary>
public static class AuditLog
{
    private const string Streams = EventSql.Streams;
    private const string Events = EventSql.Events;

    /// <summary>
    /// By how much the times of two events can contradict the order of recording. Both are set before the commit, so the bound is the longest duration of a
    /// transaction.
    /// </summary>
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    /// <summary>The first events after a sequence number that pass the filter.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="filter">Which events.</param>
    /// <param name="after">The sequence number after which the page starts; 0 for the first page.</param>
    /// <param name="limit">The most events wanted.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyList<IEvent>> PageAsync(IQuerySession session, AuditFilter filter, long after, int limit, CancellationToken token)
    {
        var sequences = new List<long>(limit);
        await using (var command = await CommandAsync(session, filter, after, limit, token))
        {
            await using var reader = await session.ExecuteReaderAsync(command, token);
            while (await reader.ReadAsync(token))
                sequences.Add(reader.GetInt64(0));
        }

        if (sequences.Count == 0)
            return [];
        var found = sequences.ToArray();
        return await session.Events.QueryAllRawEvents().Where(e => e.Sequence.IsOneOf(found)).OrderBy(e => e.Sequence).ToListAsync(token);
    }

    /// <summary>The query of <see cref="PageAsync"/> for the page's sequence numbers.</summary>
    internal static async Task<NpgsqlCommand> CommandAsync(IQuerySession session, AuditFilter filter, long after, int limit, CancellationToken token)
    {
        var command = new NpgsqlCommand();
        string Value<T>(T value, NpgsqlDbType type)
        {
            command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
            return $"${command.Parameters.Count}";
        }

        var sql = new StringBuilder($"select e.seq_id from {Events} e where e.seq_id > {Value(after, NpgsqlDbType.Bigint)} and e.type <> '{Tombstones.Type}'");
        switch (filter)
        {
            case { Question: { } question, Analyst: { } analyst }:
                sql.Append($" and e.stream_id = {Value(StreamKeys.Forecast(question, analyst), NpgsqlDbType.Varchar)}");
                break;
            case { Question: { } question }:
                var prefix = StreamKeys.Forecasts(question.Value);
                sql.Append(
                    $"""
                     and e.stream_id in (select {Value(StreamKeys.Question(question.Value), NpgsqlDbType.Varchar)} union all select {Value(
                        StreamKeys.Scoring(question.Value),
                        NpgsqlDbType.Varchar
                    )}
                    union all select id from {Streams} where id collate "C" > {Value(prefix, NpgsqlDbType.Varchar)} and id collate "C" < {Value(
                        prefix[..^1] + "0",
                        NpgsqlDbType.Varchar
                    )})
                    """
                );
                break;
            case { Analyst: { } analyst }:
                sql.Append(
                    $"""
                     and e.stream_id in (select {Value(StreamKeys.Analyst(analyst.Value), NpgsqlDbType.Varchar)}
                    union all select id from {Streams} where split_part(id, '/', 3) collate "C" = {Value(analyst.Value, NpgsqlDbType.Text)}
                        and type = 'forecast')
                    """
                );
                break;
        }

        // The name is a literal, so the planner sees that the index of rare types covers it.
        if (filter.Type is { } type)
            sql.Append($" and e.type = '{EventNames.Of(type)}'");
        if (filter.From is { } from)
        {
            sql.Append(
                $" and e.timestamp >= {Value(from.UtcDateTime, NpgsqlDbType.TimestampTz)} and e.seq_id >= "
                    + $"{Value(await FirstAsync(session, from - Skew, token), NpgsqlDbType.Bigint)}"
            );
        }

        if (filter.To is { } to)
        {
            sql.Append(
                $" and e.timestamp < {Value(to.UtcDateTime, NpgsqlDbType.TimestampTz)} and e.seq_id < "
                    + $"{Value(await FirstAsync(session, to + Skew, token), NpgsqlDbType.Bigint)}"
            );
        }

        if (filter.Correlation is { } correlation)
            sql.Append($" and e.correlation_id = {Value(correlation, NpgsqlDbType.Varchar)}");
        command.CommandText = sql.Append($" order by e.seq_id limit {Value(limit, NpgsqlDbType.Integer)}").ToString();
        return command;
    }

    /// <summary>A sequence number below which every event was recorded before the instant (within the skew). Found by bisection.</summary>
    private static async Task<long> FirstAsync(IQuerySession session, DateTimeOffset instant, CancellationToken token)
    {
        var (low, high) = (0L, await LastAsync(session, token) + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            await using var command = new NpgsqlCommand($"select timestamp from {Events} where seq_id >= $1 order by seq_id limit 1");
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = middle });
            await using var reader = await session.ExecuteReaderAsync(command, token);
            if (await reader.ReadAsync(token) && reader.GetDateTime(0) < instant.UtcDateTime)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private static async Task<long> LastAsync(IQuerySession session, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select max(seq_id) from {Events}");
        await using var reader = await session.ExecuteReaderAsync(command, token);
        return await reader.ReadAsync(token) && !await reader.IsDBNullAsync(0, token) ? reader.GetInt64(0) : 0;
    }
}
