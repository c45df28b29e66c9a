using Domain.Ledger.Checkpoints;
using Domain.Ledger.Leaves;
using Domain.Ledger.Merkle;
using Domain.Ledger.Policies;
using Domain.Ledger.Tiles;
using Npgsql;
using Store.Events;

namespace Store.Ledger;

/// <summary>A leaf as it is kept.</summary>
/// <param name="Index">Its index in the log, from 0.</param>
/// <param name="Sequence">The sequence number of its event.</param>
/// <param name="EventId">The id of its event.</param>
/// <param name="Entry">The bytes of the entry.</param>
/// <param name="Salts">Its salts, as they are kept.</param>
public sealed record KeptLeaf(long Index, long Sequence, Guid EventId, byte[] Entry, byte[] Salts);

/// <summary>A key that has signed the log's checkpoints.</summary>
/// <param name="Key">The key as a line (<see cref="Domain.Ledger.Notes.VerifierKey"/>).</param>
/// <param name="FromSize">The first size that it signed.</param>
public sealed record LogKey(string Key, long FromSize);

/// <summary>Reads the log.</summary>
/// <param name="database">The database.</param>
public sealed class LedgerReader(NpgsqlDataSource database)
{
    /// <summary>How many columns a leaf has.</summary>
    private const int LeafWidth = 5;

    private const string LeafColumns = $"select number, sequence, event_id, entry, salts from {LedgerTables.Entries}";

    private const string Witnessed = $"(select note, 2 as place from {LedgerTables.Checkpoints} where is_witnessed and size > $1 order by size desc limit 1)";

    private const string Last = $"(select note, 4 as place from {LedgerTables.Checkpoints} where size > $1 order by size desc limit 1)";

    /// <summary>The log as it is; null where none is kept.</summary>
    public async Task<LogRow?> LogAsync(CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        return await LogRow.ReadAsync(connection, token);
    }

    /// <summary>The last checkpoint, as a note; null where there is none.</summary>
    public async Task<string?> CheckpointAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand($"select note from {LedgerTables.Checkpoints} order by size desc limit 1");
        return await command.ExecuteScalarAsync(token) as string;
    }

    /// <summary>The last checkpoint that enough witnesses cosigned, as a note; null where there is none.</summary>
    public async Task<string?> WitnessedAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand($"select note from {LedgerTables.Checkpoints} where is_witnessed order by size desc limit 1");
        return await command.ExecuteScalarAsync(token) as string;
    }

    /// <summary>
    /// The checkpoint for a proof, of those that have the leaf: the first with a time stamp, the last witnessed one, or the last. One that is not witnessed
    /// comes after those that are. Null where none has the leaf.
    /// </summary>
    /// <param name="index">The highest index of the leaves that are to be proven.</param>
    /// <param name="token">Ends the read.</param>
    public Task<SignedCheckpoint?> CheckpointOverAsync(long index, CancellationToken token) =>
        CheckpointAsync(
            $"""
            (select note, case when is_witnessed then 1 else 3 end as place from {LedgerTables.Timestamps} join {LedgerTables.Checkpoints} using (size)
                where size > $1 order by is_witnessed desc, size limit 1)
            union all {Witnessed} union all {Last} order by place limit 1
            """,
            index,
            token
        );

    /// <summary>The checkpoint to have stamped, of those that have a leaf: the last witnessed one, or the last. Null where none has the leaf.</summary>
    internal Task<SignedCheckpoint?> CheckpointToStampAsync(long index, CancellationToken token) =>
        CheckpointAsync($"{Witnessed} union all {Last} order by place limit 1", index, token);

    private async Task<SignedCheckpoint?> CheckpointAsync(string sql, long index, CancellationToken token)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = index });
        return await command.ExecuteScalarAsync(token) is string note ? LedgerCheckpoints.Read(note) : null;
    }

    /// <summary>Which checkpoints count as witnessed, a policy without logs; null where no witness is asked.</summary>
    /// <exception cref="FormatException">What is kept is no policy.</exception>
    public async Task<TrustPolicy?> PolicyAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand($"select policy from {LedgerTables.Tree} where id = 1");
        // A policy is octets, which are kept a character each.
        return await command.ExecuteScalarAsync(token) is string policy ? PolicyFile.Parse(System.Text.Encoding.Latin1.GetBytes(policy)).Value : null;
    }

    /// <summary>The witnesses that are asked, and how each answers.</summary>
    public async Task<IReadOnlyList<WitnessRow>> WitnessesAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand($"select url, size, cosigned_at, failing_since, failure from {LedgerTables.Witnesses} order by url");
        await using var reader = await command.ExecuteReaderAsync(token);
        var rows = new List<WitnessRow>();
        while (await reader.ReadAsync(token))
            rows.Add(WitnessRow.Read(reader));
        return rows;
    }

    /// <summary>The proof that a tree of the log begins with an earlier one.</summary>
    /// <param name="from">The size of the earlier tree, 1 or more.</param>
    /// <param name="to">The size of the later tree.</param>
    /// <param name="token">Ends the read.</param>
    /// <exception cref="DamagedLogException">A tile is missing.</exception>
    public async Task<ConsistencyProof> ConsistencyAsync(long from, long to, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        return (await StoredTiles.HashesAsync(connection, to, ConsistencyProof.Ranges(from, to), token)).Consistency(from);
    }

    /// <summary>The keys that have signed, in the order in which they began.</summary>
    public async Task<IReadOnlyList<LogKey>> KeysAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand($"select key, from_size from {LedgerTables.Keys} order by from_size, length(key), key");
        await using var reader = await command.ExecuteReaderAsync(token);
        var keys = new List<LogKey>();
        while (await reader.ReadAsync(token))
            keys.Add(new LogKey(reader.GetString(0), reader.GetInt64(1)));
        return keys;
    }

    /// <summary>The bytes of a tile; null where the tree does not have it.</summary>
    public async Task<byte[]?> TileAsync(TilePath path, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var tiles = await StoredTiles.ReadAsync(connection, [path], token);
        return tiles.TryGetValue(path, out var tile) ? tile.Format() : null;
    }

    /// <summary>The bytes of an entry bundle; null where the log does not have it.</summary>
    public async Task<byte[]?> BundleAsync(EntryBundlePath path, CancellationToken token)
    {
        // Beyond this the number of its first entry would be another's.
        if (path.Index > long.MaxValue / EntryBundlePath.FullWidth - 1)
            return null;
        await using var command = database.CreateCommand($"select entry from {LedgerTables.Entries} where number >= $1 and number < $1 + $2 order by number");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = path.Index * EntryBundlePath.FullWidth });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = path.Width });
        await using var reader = await command.ExecuteReaderAsync(token);
        var entries = new List<ReadOnlyMemory<byte>>(path.Width);
        while (await reader.ReadAsync(token))
            entries.Add(reader.GetFieldValue<byte[]>(0));
        return entries.Count == path.Width ? new EntryBundle(entries).Format() : null;
    }

    /// <summary>The leaf of an event; null where the event has none (yet).</summary>
    public async Task<KeptLeaf?> LeafAsync(Guid eventId, CancellationToken token)
    {
        await using var command = database.CreateCommand($"{LeafColumns} where event_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = eventId });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? Leaf(reader) : null;
    }

    /// <summary>The indexes of the leaves of events; events without a leaf are absent.</summary>
    public async Task<IReadOnlyDictionary<Guid, long>> IndexesAsync(IReadOnlyCollection<Guid> events, CancellationToken token)
    {
        await using var command = database.CreateCommand($"select event_id, number from {LedgerTables.Entries} where event_id = any($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. events] });
        await using var reader = await command.ExecuteReaderAsync(token);
        var indexes = new Dictionary<Guid, long>(events.Count);
        while (await reader.ReadAsync(token))
            indexes[reader.GetGuid(0)] = reader.GetInt64(1);
        return indexes;
    }

    /// <summary>The proof that a leaf stands in a tree of the log.</summary>
    /// <param name="index">The index of the leaf.</param>
    /// <param name="size">The size of the tree, above the index.</param>
    /// <param name="token">Ends the read.</param>
    /// <exception cref="DamagedLogException">A tile is missing.</exception>
    public async Task<InclusionProof> InclusionAsync(long index, long size, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var hashes = await StoredTiles.HashesAsync(connection, size, InclusionProof.Ranges(index, size), token);
        return hashes.Inclusion(index);
    }

    /// <summary>A leaf with what opens it, by the event as it is stored now; null where the event is gone.</summary>
    /// <exception cref="DamagedLogException">Leaf, salts or event cannot be read as such.</exception>
    public async Task<OpenedLeaf?> OpenAsync(KeptLeaf leaf, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        await using var connection = await database.OpenConnectionAsync(token);
        var events = await StoredEvents.BetweenAsync(connection, leaf.Sequence - 1, leaf.Sequence, token);
        return events is [var recorded] && recorded.Event.Id == leaf.EventId ? Reopened.Of(leaf, recorded.Event).Opened : null;
    }

    /// <summary>The leaves of events with what opens them, in the order of the log; events without a leaf, and those that are gone, are absent.</summary>
    /// <exception cref="DamagedLogException">Leaf, salts or event cannot be read as such.</exception>
    public async Task<IReadOnlyList<(long Index, OpenedLeaf Opened)>> OpenAsync(IReadOnlyCollection<Guid> events, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            select n.number, n.sequence, n.event_id, n.entry, n.salts, {StoredEvents.Columns("e")} from {LedgerTables.Entries} n
            join {EventSql.Events} e on e.seq_id = n.sequence and e.id = n.event_id where n.event_id = any($1) order by n.number
            """
        );
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. events] });
        await using var reader = await command.ExecuteReaderAsync(token);
        var leaves = new List<(long, OpenedLeaf)>(events.Count);
        while (await reader.ReadAsync(token))
        {
            var leaf = Leaf(reader);
            leaves.Add((leaf.Index, Reopened.Of(leaf, StoredEvents.Read(reader, LeafWidth).Event).Opened));
        }

        return leaves;
    }

    /// <summary>The proofs that leaves stand in a tree of the log.</summary>
    /// <param name="indexes">The indexes of the leaves.</param>
    /// <param name="size">The size of the tree, above all indexes.</param>
    /// <param name="token">Ends the read.</param>
    /// <exception cref="DamagedLogException">A tile is missing.</exception>
    public async Task<IReadOnlyList<InclusionProof>> InclusionsAsync(IReadOnlyCollection<long> indexes, long size, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        var hashes = await StoredTiles.HashesAsync(connection, size, indexes.SelectMany(i => InclusionProof.Ranges(i, size)), token);
        return [.. indexes.Select(hashes.Inclusion)];
    }

    /// <summary>The key of the stream of an event that has a leaf; null where the event is gone.</summary>
    public async Task<string?> StreamAsync(KeptLeaf leaf, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        await using var command = database.CreateCommand($"select stream_id from {EventSql.Events} where seq_id = $1 and id = $2");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = leaf.Sequence });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = leaf.EventId });
        return await command.ExecuteScalarAsync(token) as string;
    }

    internal static KeptLeaf Leaf(NpgsqlDataReader reader, int first = 0) =>
        new(
            reader.GetInt64(first),
            reader.GetInt64(first + 1),
            reader.GetGuid(first + 2),
            reader.GetFieldValue<byte[]>(first + 3),
            reader.GetFieldValue<byte[]>(first + 4)
        );
}
