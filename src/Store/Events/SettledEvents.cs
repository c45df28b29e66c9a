using Npgsql;

namespace Store.Events;

/// <summary>
/// Finds how far the events are settled: the sequence number up to which every event that will ever exist can be read. A follower that reads up to there, in
/// order, misses no event and sees none twice.
/// </summary>
/// <remarks>
/// <para>
/// A number is drawn before its transaction commits, so a higher number can become visible before a lower one. Numbers that are visible without a gap are
/// settled. At a gap, either the numbers are lost because their transactions were rolled back, or they are still to come, and no waiting time tells which.
/// PostgreSQL can tell: drawing a number locks the sequence, <c>RowExclusive</c>, until the end of the transaction that drew it, and the lock is released only
/// after the commit has become visible. Consider a gap below a visible number <c>n</c>. Every number up to <c>n</c> was drawn before <c>n</c> was seen. So each
/// transaction that drew one either still holds the lock when it is looked for after that, or has ended, and then every later read sees its result. When none
/// of the holders found at that time holds the lock any more, no number at or below <c>n</c> can appear. Later holders drew higher numbers and are not waited
/// for.
/// </para>
/// <para>This requires that every writer draws an event's number in the transaction that writes the event. <see cref="Tombstones"/> alone do not.</para>
/// <para>One instance serves one follower. It remembers the transactions that it waits for.</para>
/// </remarks>
public sealed class SettledEvents(NpgsqlDataSource database)
{
    /// <summary>The most events in one step for a follower that reads them.</summary>
    public const int LongestStep = 1_000;

    /// <summary>The most events in one step for a follower that reads none of them.</summary>
    public const int LongestStepUnread = 100_000;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private long _gapBelow;
    private HashSet<string> _writers = [];

    /// <summary>The sequence number from which a follower of new events starts. Everything up to it is settled.</summary>
    /// <remarks>Waits for the transactions that are appending at the moment.</remarks>
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

    /// <summary>The highest sequence number of any event, settled or not.</summary>
    public async Task<long> LastDrawnAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand($"select case when is_called then last_value else 0 end from {EventSql.Sequence}");
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    /// <summary>
    /// The sequence number up to which the events after <paramref name="from"/> are settled now; <paramref name="from"/> if none of them is.
    /// <paramref name="from"/> itself is settled.
    /// </summary>
    /// <param name="from">Where the follower is.</param>
    /// <param name="longest">The most numbers to advance by.</param>
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
        // PostgreSQL does not reuse a transaction's virtual id for as long as this class remembers one.
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
