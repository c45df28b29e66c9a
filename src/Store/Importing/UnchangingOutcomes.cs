using Npgsql;
using NpgsqlTypes;

namespace Store.Importing;

/// <summary>An event about a question's outcome, as it is recorded.</summary>
/// <param name="Stream">The key of the question's stream.</param>
/// <param name="Data">The event.</param>
/// <param name="RecordedAt">When it was recorded.</param>
public sealed record OutcomeEvent(string Stream, object Data, DateTimeOffset RecordedAt);

/// <summary>A row of an outcome log that was accepted and changed nothing, so it has no event.</summary>
/// <param name="Stream">The key of the question's stream.</param>
/// <param name="After">The number of rows of the question's log, of either kind, that were read before it.</param>
/// <param name="Outcome">The outcome as the row says it.</param>
/// <param name="KnownAt">From when it was known in the world, UTC.</param>
public sealed record UnchangingOutcome(string Stream, int After, string Outcome, DateTimeOffset KnownAt);

/// <summary>
/// The rows of outcome logs that were read and became no event, such as one that takes back an outcome when there is none. Without this record, such a row
/// would count as new when it is imported again.
/// </summary>
internal static class UnchangingOutcomes
{
    public static async Task<IReadOnlyList<UnchangingOutcome>> ReadAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        string[] streams,
        CancellationToken token
    )
    {
        await using var command = new NpgsqlCommand(
            $"select stream_id, after, outcome, known_at from {ImportTables.UnchangingOutcomes} where stream_id = any($1) order by stream_id, after",
            connection,
            transaction
        );
        command.Parameters.Add(new NpgsqlParameter { Value = streams });
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new List<UnchangingOutcome>();
        while (await reader.ReadAsync(token))
            found.Add(new UnchangingOutcome(reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3)));
        return found;
    }

    public static async Task AddAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        IReadOnlyCollection<UnchangingOutcome> rows,
        CancellationToken token
    )
    {
        if (rows.Count == 0)
            return;
        await using var command = new NpgsqlCommand(
            $"insert into {ImportTables.UnchangingOutcomes} (stream_id, after, outcome, known_at) select * from unnest($1, $2, $3, $4)",
            connection,
            transaction
        );
        command.Parameters.Add(new NpgsqlParameter { Value = rows.Select(r => r.Stream).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = rows.Select(r => r.After).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = rows.Select(r => r.Outcome).ToArray() });
        command.Parameters.Add(
            new NpgsqlParameter { Value = rows.Select(r => r.KnownAt.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz }
        );
        await command.ExecuteNonQueryAsync(token);
    }
}
