using Marten;
using Npgsql;
using NpgsqlTypes;

namespace Store.Scoring;

/// <summary>Limits what is read. A null value does not limit it.</summary>
/// <param name="Except">The question that the records are for. Its own scores and outcome are left out.</param>
/// <param name="Forecasters">Whose scores.</param>
/// <param name="Tag">The tag of the outcomes.</param>
/// <param name="Before">Only what was known before this instant.</param>
internal sealed record RecordedScope(string? Except = null, string[]? Forecasters = null, string? Tag = null, DateTimeOffset? Before = null)
{
    public static RecordedScope Everything { get; } = new();
}

/// <summary>
/// Reads the records that scoring looks up from the latest generations of all questions. All code reads them this way, whether for one question or for many.
/// </summary>
internal static class ScoresOnRecord
{
    /// <summary>Reads the records.</summary>
    /// <param name="query">Runs a statement and returns its rows.</param>
    /// <param name="options">The store's configuration.</param>
    /// <param name="scope">What is read.</param>
    /// <param name="upto">The sequence of the last generation that counts; <see cref="long.MaxValue"/> for all that are committed.</param>
    /// <param name="token">Ends the read.</param>
    /// <returns>The records, and the latest end of a scoring window among the questions that were read.</returns>
    public static async Task<(TrackRecords Records, DateTimeOffset LastEnd)> GatherAsync(
        Func<NpgsqlCommand, Task<System.Data.Common.DbDataReader>> query,
        IReadOnlyStoreOptions options,
        RecordedScope scope,
        long upto,
        CancellationToken token
    )
    {
        var records = new TrackRecords();
        var lastEnd = DateTimeOffset.MinValue;
        var sql = CurrentScores.With(options);
        await using (
            var outcomes = new NpgsqlCommand(
                $"""
                {sql}
                select h.outcome, h.known_at, h.tags, h.options, least(h.closes_at, h.known_at), h.question
                from heads h where ($2::text is null or h.question <> $2) and ($3::text is null or h.tags @> array[$3]) and ($4::timestamptz is null
                    or h.known_at <= $4)
                order by h.known_at
                """
            )
        )
        {
            Add(outcomes, upto, scope.Except, scope.Tag, scope.Before);
            await using var reader = await query(outcomes);
            while (await reader.ReadAsync(token))
            {
                if (Instant(reader, 4) is var end && end > lastEnd)
                    lastEnd = end;
                var names = await reader.GetFieldValueAsync<string[]>(3, token);
                if (TrackRecords.OptionOf(reader.GetString(0), names) is not (>= 0 and var option))
                    continue;
                var tags = await reader.GetFieldValueAsync<string[]>(2, token);
                if (scope.Tag is null)
                    records.Note(reader.GetString(5), tags);
                foreach (var tag in tags.Distinct(StringComparer.Ordinal))
                {
                    if (scope.Tag is null || scope.Tag == tag)
                        records.AddOutcome(tag, names.Length, option, Instant(reader, 1));
                }
            }
        }

        if (scope.Forecasters is { Length: 0 })
            return (records, lastEnd);
        await using var scores = new NpgsqlCommand(
            $"""
            {sql}
            select r.forecaster, r.known_at, r.peer, r.coverage
            from earned r where r.peer is not null and ($2::text is null or r.question <> $2){(
                scope.Forecasters is null ? "" : " and r.forecaster = any($5)"
            )} and ($4::timestamptz is null or r.known_at <= $4) and ($3::text is null or true)
            """
        );
        Add(scores, upto, scope.Except, scope.Tag, scope.Before);
        if (scope.Forecasters is { } forecasters)
            scores.Parameters.Add(new NpgsqlParameter { Value = forecasters });
        await using var rows = await query(scores);
        while (await rows.ReadAsync(token))
            records.AddScore(rows.GetString(0), Instant(rows, 1), rows.GetDouble(2), rows.GetDouble(3));
        return (records, lastEnd);
    }

    private static DateTimeOffset Instant(System.Data.Common.DbDataReader reader, int column) => new(reader.GetDateTime(column), TimeSpan.Zero);

    private static void Add(NpgsqlCommand command, long upto, string? except, string? tag, DateTimeOffset? before)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = upto });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)except ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)tag ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)before?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
    }
}
