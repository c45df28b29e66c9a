using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Marten;
using Npgsql;
using Store.Events;
using Store.Views;

namespace Store.Scoring;

/// <summary>A generation of scores without its rows, which can be megabytes long.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Generation">Its number, from 1; the version of its event in the scoring stream.</param>
/// <param name="Forecasters">How many rows it has.</param>
/// <inheritdoc cref="QuestionScored"/>
public sealed record GenerationHead(
    string Question,
    int Generation,
    string RuleSet,
    GenerationTrigger Trigger,
    long TriggerEvent,
    long LastEventRead,
    string Outcome,
    DateTimeOffset KnownAt,
    DateTimeOffset ScoredAt,
    int Forecasters,
    long? RestsOn = null,
    DateTimeOffset? OutcomesAsOf = null
)
{
    /// <summary>The head of a generation.</summary>
    /// <param name="scored">The generation.</param>
    /// <param name="at">When it was recorded, UTC.</param>
    public static GenerationHead Of(QuestionScored scored, DateTimeOffset at) =>
        new(
            scored.Question,
            scored.Generation,
            scored.RuleSet,
            scored.Trigger,
            scored.TriggerEvent,
            scored.LastEventRead,
            scored.Outcome,
            scored.KnownAt,
            at,
            scored.Rows.Count,
            scored.RestsOn,
            scored.OutcomesAsOf
        );
}

/// <summary>
/// Reads generations of scores from the scoring streams. The latest generation is a stream's last event, so no copy of it has to be written and rebuilt.
/// </summary>
/// <remarks>
/// A scoring stream contains nothing else, so a generation's number is the version of its event. No statement filters by type: without current statistics,
/// PostgreSQL would scan the index of rare types.
/// </remarks>
public static class GenerationLog
{
    private const string Events = EventSql.Events;

    // Extracted once, since PostgreSQL unpacks a whole event of megabytes for each access.
    private static readonly RecordSql Fields = EventSql.Record(
        "d",
        "e",
        [typeof(QuestionScored)],
        nameof(QuestionScored.Question),
        nameof(QuestionScored.RuleSet),
        nameof(QuestionScored.Trigger),
        nameof(QuestionScored.TriggerEvent),
        nameof(QuestionScored.LastEventRead),
        nameof(QuestionScored.Outcome),
        nameof(QuestionScored.KnownAt),
        nameof(QuestionScored.Rows),
        nameof(QuestionScored.RestsOn),
        nameof(QuestionScored.OutcomesAsOf)
    );

    private static readonly string Head = $"""
        {Fields[nameof(QuestionScored.Question)]}, e.version, {Fields[nameof(QuestionScored.RuleSet)]}, {Fields[nameof(QuestionScored.Trigger)]},
        {Fields[nameof(QuestionScored.TriggerEvent)]}, {Fields[nameof(QuestionScored.LastEventRead)]}, {Fields[nameof(QuestionScored.Outcome)]},
        {TableView.Instant(Fields[nameof(QuestionScored.KnownAt)])}, e.timestamp, jsonb_array_length({Fields[nameof(QuestionScored.Rows)]}),
        {Fields[nameof(QuestionScored.RestsOn)]}, {TableView.Instant(Fields[nameof(QuestionScored.OutcomesAsOf)])}
        """;

    /// <summary>One generation of a question with its rows, and when it was made; null where there is none.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="slug">The question.</param>
    /// <param name="generation">Its number; null for the latest.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<(QuestionScored Scored, DateTimeOffset At)?> FindAsync(
        IQuerySession session,
        string slug,
        int? generation,
        CancellationToken token
    )
    {
        await using var command = new NpgsqlCommand(
            $"select {EventSql.Stored("e")}, e.timestamp from {Events} e where e.stream_id = $1 and e.version between $2 and $3 order by e.version desc limit 1"
        )
        {
            Parameters =
            {
                new() { Value = StreamKeys.Scoring(slug) },
                new() { Value = generation ?? 1L },
                new() { Value = generation ?? long.MaxValue },
            },
        };
        await using var reader = await session.ExecuteReaderAsync(command, token);
        if (!await reader.ReadAsync(token))
            return null;
        return (EventJson.ReadScored(await reader.GetFieldValueAsync<byte[]>(0, token)), await reader.GetFieldValueAsync<DateTimeOffset>(1, token));
    }

    /// <summary>The latest generation of a question with its rows; null where there is none.</summary>
    public static async Task<QuestionScored?> LatestAsync(IQuerySession session, string slug, CancellationToken token) =>
        (await FindAsync(session, slug, null, token))?.Scored;

    /// <summary>The sequence of a generation's event; 0 if there is no such generation.</summary>
    internal static async Task<long> SequenceAsync(IQuerySession session, string slug, int generation, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select e.seq_id from {Events} e where e.stream_id = $1 and e.version = $2")
        {
            Parameters =
            {
                new() { Value = StreamKeys.Scoring(slug) },
                new() { Value = (long)generation },
            },
        };
        await using var reader = await session.ExecuteReaderAsync(command, token);
        return await reader.ReadAsync(token) ? reader.GetInt64(0) : 0;
    }

    /// <summary>The latest generations of those questions that have any, with their rows.</summary>
    internal static async Task<IReadOnlyList<QuestionScored>> LatestAsync(NpgsqlConnection connection, IEnumerable<string> slugs, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"select {EventSql.Stored("e")} from unnest($1) as u (id) cross join lateral (select * from {Events} e where e.stream_id = u.id order by "
                + "e.version desc limit 1) e",
            connection
        )
        {
            Parameters = { new() { Value = slugs.Select(StreamKeys.Scoring).ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new List<QuestionScored>();
        while (await reader.ReadAsync(token))
            found.Add(EventJson.ReadScored(await reader.GetFieldValueAsync<byte[]>(0, token)));
        return found;
    }

    /// <summary>The heads of all generations of a question, the first one first.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="slug">The question.</param>
    /// <param name="at">Only what was recorded by then, of outcomes that were known by then.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyList<GenerationHead>> HeadsAsync(IQuerySession session, string slug, PointInTime at, CancellationToken token)
    {
        await using var command = new NpgsqlCommand
        {
            Parameters =
            {
                new() { Value = StreamKeys.Scoring(slug) },
                new() { Value = StreamKeys.Question(slug) },
            },
        };
        var recorded = at.KnownAt is { } known ? $" and e.timestamp <= {ScoreFilter.Parameter(command, known.UtcDateTime)}" : "";
        var claimed = at.AsOf is { } asOf
            ? $"""
                 and (select coalesce({TableView.Instant(EventSql.Text("c", nameof(QuestionResolved.KnownAt), EventGroups.Claims))}, c.timestamp)
                     from {Events} c
                      where c.stream_id = $2 and c.type in ({EventSql.Names(EventGroups.Claims)})
                          and c.seq_id <= {Fields[nameof(QuestionScored.TriggerEvent)]} order by c.version desc limit 1) <= {ScoreFilter.Parameter(
                    command,
                    asOf.UtcDateTime
                )}
                """
            : "";
        command.CommandText =
            $"select {Head} from {Events} e {Fields.Join} where e.stream_id = $1 and $2::text is not null{recorded}{claimed} order by e.version";
        await using var reader = await session.ExecuteReaderAsync(command, token);
        return await HeadsAsync(reader, token);
    }

    /// <summary>The head of the latest generation of a question; null if there is none.</summary>
    public static async Task<GenerationHead?> LatestHeadAsync(IQuerySession session, string slug, CancellationToken token)
    {
        await using var command = LatestHeads([slug]);
        await using var reader = await session.ExecuteReaderAsync(command, token);
        return (await HeadsAsync(reader, token)).SingleOrDefault();
    }

    /// <summary>The heads of the latest generations of those questions that have any.</summary>
    internal static async Task<IReadOnlyList<GenerationHead>> LatestHeadsAsync(NpgsqlConnection connection, IEnumerable<string> slugs, CancellationToken token)
    {
        await using var command = LatestHeads(slugs);
        command.Connection = connection;
        await using var reader = await command.ExecuteReaderAsync(token);
        return await HeadsAsync(reader, token);
    }

    private static NpgsqlCommand LatestHeads(IEnumerable<string> slugs) =>
        new(
            $"""
            select {Head} from unnest($1) as u (id)
            cross join lateral (select * from {Events} e where e.stream_id = u.id order by e.version desc limit 1) e {Fields.Join}
            """
        )
        {
            Parameters = { new() { Value = slugs.Select(StreamKeys.Scoring).ToArray() } },
        };

    private static async Task<IReadOnlyList<GenerationHead>> HeadsAsync(System.Data.Common.DbDataReader reader, CancellationToken token)
    {
        var found = new List<GenerationHead>();
        while (await reader.ReadAsync(token))
        {
            found.Add(
                new GenerationHead(
                    reader.GetString(0),
                    checked((int)reader.GetInt64(1)),
                    reader.GetString(2),
                    GenerationTriggers.OfWord(reader.GetString(3)),
                    reader.GetInt64(4),
                    reader.GetInt64(5),
                    reader.GetString(6),
                    await reader.GetFieldValueAsync<DateTimeOffset>(7, token),
                    await reader.GetFieldValueAsync<DateTimeOffset>(8, token),
                    reader.GetInt32(9),
                    await reader.IsDBNullAsync(10, token) ? null : reader.GetInt64(10),
                    await reader.IsDBNullAsync(11, token) ? null : await reader.GetFieldValueAsync<DateTimeOffset>(11, token)
                )
            );
        }

        return found;
    }
}
