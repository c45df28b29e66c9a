using Domain;
using Domain.Questions;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Store.Events;
using Store.Views;

namespace Store.Reading;

/// <summary>An edit as it was recorded.</summary>
/// <param name="EventId">The id of its event.</param>
/// <param name="Version">The question's version with it.</param>
/// <param name="RecordedAt">When it was recorded, UTC.</param>
/// <param name="Actor">Who made it.</param>
/// <param name="Edit">What changed.</param>
/// <param name="Before">The question's type before it.</param>
/// <param name="After">The question's type with it.</param>
public sealed record RecordedEdit(
    Guid EventId,
    long Version,
    DateTimeOffset RecordedAt,
    string? Actor,
    QuestionEdited Edit,
    QuestionType Before,
    QuestionType After
);

/// <summary>Which edits of a question are read.</summary>
/// <param name="After">The version after which the page starts, in its order; null for the first page.</param>
/// <param name="LatestFirst">Whether the latest come first.</param>
/// <param name="KnownAt">Recorded up to this instant, which is included; null for all.</param>
/// <param name="Limit">The most edits of the page.</param>
public sealed record EditsWanted(long? After, bool LatestFirst, DateTimeOffset? KnownAt, int Limit);

/// <summary>Reads the edits of a question, a page at a time. What a page costs depends on the page alone, however often the question was edited.</summary>
public static class QuestionEdits
{
    /// <summary>A page ends with the edit with which its texts have so many bytes, some 1 MiB; an edit has up to two backgrounds.</summary>
    public const int MostBytes = 1 << 20;

    private static readonly string Edits = $"{EventSql.Events} e where e.stream_id = $1 and e.type = {EventSql.Name<QuestionEdited>()} and e.version <= $2";

    /// <summary>How many edits there are.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="question">The question.</param>
    /// <param name="knownAt">Recorded up to this instant, which is included; null for all.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<int> CountAsync(IQuerySession session, Question question, DateTimeOffset? knownAt, CancellationToken token)
    {
        await using var command = Of(question, $"select count(*) from {Edits} and ($3 is null or e.timestamp <= $3)");
        command.Parameters.Add(Instant(knownAt));
        await using var reader = await session.ExecuteReaderAsync(command, token);
        return await reader.ReadAsync(token) ? (int)reader.GetInt64(0) : 0;
    }

    /// <summary>A page of edits in its order.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="question">The question.</param>
    /// <param name="wanted">Which edits.</param>
    /// <param name="token">Ends the read.</param>
    /// <returns>The edits, at least one where there is one, and whether there are more.</returns>
    public static async Task<(IReadOnlyList<RecordedEdit> Edits, bool GoesOn)> PageAsync(
        IQuerySession session,
        Question question,
        EditsWanted wanted,
        CancellationToken token
    )
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var (order, beyond) = wanted.LatestFirst ? ("desc", "<") : ("asc", ">");
        await using var command = Of(
            question,
            $"""
            select id, version, timestamp, user_name, data, found from (
                select p.*, count(*) over () as found, sum(octet_length(p.data::text)) over (order by p.version {order}) - octet_length(p.data::text) as earlier
                from (
                    select e.id, e.version, e.timestamp, e.user_name, {EventSql.Stored("e")} as data from {Edits}
                        and ($3 is null or e.timestamp <= $3) and ($4 is null or e.version {beyond} $4)
                    order by e.version {order} limit $5) p) s
            where s.earlier < $6 order by s.version {order}
            """
        );
        command.Parameters.Add(Instant(wanted.KnownAt));
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)wanted.After ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = wanted.Limit + 1 });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = MostBytes });
        var (edits, found) = (new List<RecordedEdit>(), 0L);
        await using (var reader = await session.ExecuteReaderAsync(command, token))
        {
            while (edits.Count < wanted.Limit && await reader.ReadAsync(token))
            {
                found = reader.GetInt64(5);
                edits.Add(
                    new RecordedEdit(
                        reader.GetGuid(0),
                        reader.GetInt64(1),
                        new DateTimeOffset(reader.GetDateTime(2), TimeSpan.Zero),
                        await reader.IsDBNullAsync(3, token) ? null : reader.GetString(3),
                        (QuestionEdited)EventJson.Read(EventNames.Of<QuestionEdited>(), reader.GetString(4)),
                        question.Type,
                        question.Type
                    )
                );
            }
        }

        return (await TypedAsync(session, question, edits, token), found > edits.Count);
    }

    /// <summary>The edits with the types that the question had then, of which the last is known.</summary>
    private static async Task<IReadOnlyList<RecordedEdit>> TypedAsync(
        IQuerySession session,
        Question question,
        List<RecordedEdit> edits,
        CancellationToken token
    )
    {
        if (edits.Count == 0)
            return edits;
        var type = await TypeAfterAsync(session, question, edits.Max(e => e.Version), token);
        var typed = new Dictionary<long, RecordedEdit>();
        foreach (var edit in edits.OrderByDescending(e => e.Version))
        {
            var before = edit.Edit.Before.Type ?? type;
            typed.Add(edit.Version, edit with { Before = before, After = type });
            type = before;
        }

        return [.. edits.Select(e => typed[e.Version])];
    }

    private static async Task<QuestionType> TypeAfterAsync(IQuerySession session, Question question, long version, CancellationToken token)
    {
        var before = QuestionFieldSql.Of("e", nameof(QuestionEdited.Before), nameof(QuestionFields.Type));
        await using var command = Of(question, $"select {before} from {Edits} and e.version > $3 and {before} is not null order by e.version limit 1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version });
        await using var reader = await session.ExecuteReaderAsync(command, token);
        return await reader.ReadAsync(token) ? Enum.Parse<QuestionType>(reader.GetString(0), ignoreCase: true) : question.Type;
    }

    private static NpgsqlCommand Of(Question question, string sql)
    {
        var command = new NpgsqlCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = StreamKeys.Question(question.Slug) });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = question.Version });
        return command;
    }

    private static NpgsqlParameter Instant(DateTimeOffset? at) =>
        new() { Value = (object?)at?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
