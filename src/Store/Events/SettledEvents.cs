using Npgsql;

namespace Store.Events;

/// <summary>
/// How far the events are settled: up to a sequence number below which every event that will ever be there can be read. Whoever reads only
/// up to there, in order, misses none and sees none twice.
/// </summary>
/// <remarks>
/// <para>
/// A number is drawn before its transaction commits, so a higher number can become visible before a lower one. What is visible without a gap
/// is settled as it stands. At a gap the question is whether its numbers are lost (their transactions were rolled back) or still to come, and
/// no waiting time answers that. PostgreSQL does: drawing a number locks the sequence, <c>RowExclusive</c>, until the end of the transaction
/// that drew it, and the lock is let go only after a commit has become visible. So, at a gap below a visible number <c>n</c>: every number
/// up to <c>n</c> was drawn before <c>n</c> was seen, hence each transaction that drew one either holds the lock still, when we look after
/// that, or has ended and shows what it did to every later read. Once none of the holders that we then found holds it any more, nothing at or
/// below <c>n</c> can appear. Holders that came later drew higher numbers and are not waited for.
/// </para>
/// <para>This asks of everything that appends that it draws an event's number in the transaction that writes the event.</para>
/// <para>One instance serves one follower; it remembers whom it waits for.</para>
/// </remarks>
public sealed class SettledEvents(NpgsqlDataSource database)
{
    /// <summary>The most events that one step goes on by whose follower reads them.</summary>
    public const int LongestStep = 1_000;

    /// <summary>The most events that one step goes on by whose follower reads none of them.</summary>
    public const int LongestStepUnread = 100_000;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private long _gapBelow;
    private HashSet<string> _writers = [];

    /// <summary>The sequence from which a follower starts who wants what comes: everything up to it is settled.</summary>
    /// <remarks>Waits for the transactions that are appending just now.</remarks>
    public async Task<long> PresentAsync(CancellationToken token)
    {
        var drawn = await LastDrawnAsync(token);
        var writers = await WritersAsync(token);
        while (writers.Count > 0)
        {
            await Task.Delay(BetweenLooks, token);
            writers.IntersectWith(await WritersAsync(token));
        }

        return drawn;
    }

    /// <summary>The highest number that any event has been given, settled or not.</summary>
    public async Task<long> LastDrawnAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand($"select case when is_called then last_value else 0 end from {EventSql.Sequence}");
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    /// <summary>How far the events after <paramref name="from"/>, itself settled, are settled now; <paramref name="from"/> where no further.</summary>
    /// <param name="from">Where the follower is.</param>
    /// <param name="longest">The most numbers to go on by.</param>
    /// <param name="token">Ends the look.</param>
    public async Task<long> AfterAsync(long from, int longest, CancellationToken token)
    {
        var (settled, last) = (from, from);
        await using (
            var command = database.CreateCommand(
                $"""
                select coalesce(max(seq_id) filter (where seq_id = $1 + place), $1), coalesce(max(seq_id), $1)
                from (select seq_id, row_number() over (order by seq_id) as place
                      from (select seq_id from {EventSql.Events} where seq_id > $1 order by seq_id limit $2) e) p
                """
            )
        )
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = longest });
            await using var reader = await command.ExecuteReaderAsync(token);
            await reader.ReadAsync(token);
            (settled, last) = (reader.GetInt64(0), reader.GetInt64(1));
        }

        return settled == last || settled > from ? settled : await PastGapAsync(from, last, token);
    }

    private async Task<long> PastGapAsync(long from, long seen, CancellationToken token)
    {
        var writers = await WritersAsync(token);
        if (_gapBelow > from)
            _writers.IntersectWith(writers);
        else
            (_gapBelow, _writers) = (seen, writers);
        return _writers.Count == 0 ? _gapBelow : from;
    }

    private async Task<HashSet<string>> WritersAsync(CancellationToken token)
    {
        // A transaction's virtual id is never given again while anybody can remember it.
        await using var command = database.CreateCommand(
            $"""
            select virtualtransaction from pg_locks
            where locktype = 'relation' and mode = 'RowExclusiveLock' and relation = '{EventSql.Sequence}'::regclass
              and database = (select oid from pg_database where datname = current_database())
            """
        );
        await using var reader = await command.ExecuteReaderAsync(token);
        var writers = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(token))
            writers.Add(reader.GetString(0));
        return writers;
    }
}
