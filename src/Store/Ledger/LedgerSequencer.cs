using System.Globalization;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Tiles;
using Npgsql;
using Store.Events;

namespace Store.Ledger;

/// <summary>What an attempt to extend the log came to.</summary>
/// <param name="HasMore">Whether there is more to take in at once.</param>
/// <param name="Refusal">Why nothing is signed; null where nothing stands against it.</param>
/// <param name="Leaves">How many leaves were appended.</param>
public sealed record LogExtension(bool HasMore, string? Refusal = null, int Leaves = 0);

/// <summary>
/// Gives each event its leaf, in the order of the events, and signs the tree. Any number of processes may try at the same time: one row of the database is
/// locked and compared by each, in the transaction that also holds the leaves, their salts, the tiles and the checkpoint.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="signers">Who signs.</param>
/// <param name="copies">The copies outside the database, none of which may be ahead of it.</param>
/// <param name="clock">The time of the signatures.</param>
public sealed class LedgerSequencer(NpgsqlDataSource database, LogSigners signers, IReadOnlyList<ILogCopy> copies, TimeProvider clock)
{
    /// <summary>The most leaves in one transaction.</summary>
    public const int MostLeaves = 4_096;

    /// <summary>From how many leaves on the next are taken in at once, and not in the next round.</summary>
    private const int Backlog = MostLeaves / 4;

    /// <summary>The most bytes of data in one transaction, as they lie in the database.</summary>
    private const long MostBytes = 8 << 20;

    /// <summary>How long a tree may stay without an ML-DSA-44 signature.</summary>
    public static readonly TimeSpan LongestWithoutMlDsa = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan KeptUnthinned = TimeSpan.FromDays(1);

    private readonly SettledEvents _settled = new(database);
    private readonly Dictionary<string, LogHead> _agreed = new(StringComparer.Ordinal);
    private LogHead? _head;
    private bool _copiesAreKnown;
    private LogRow? _last;
    private TreeEdge? _edge;
    private bool _lacksMlDsa = true;
    private bool _keysAreNoted;

    /// <summary>Takes in events that are settled, and signs the tree; or signs the tree that there is, if its ML-DSA-44 signature is due.</summary>
    /// <param name="token">Ends the attempt. What was not committed leaves nothing behind.</param>
    public async Task<LogExtension> ExtendAsync(CancellationToken token)
    {
        _last ??= await BeginAsync(token);
        var settled = await _settled.AfterAsync(_last.Through, MostLeaves, token);
        if (settled == _last.Through && _last.Refusal is null && _copiesAreKnown && !IsMlDsaDue(_last))
            return new LogExtension(false);
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        if (await LogRow.LockAsync(connection, token) is not { } row)
            return new LogExtension(false);
        if (row.Size != _last.Size)
            (_edge, _lacksMlDsa) = (null, true);
        _last = row;
        if (await RefusalAsync(connection, row, token) is { } refusal)
        {
            if (refusal != row.Refusal)
            {
                await row.SwapAsync(connection, row with { Refusal = refusal }, token);
                await transaction.CommitAsync(token);
                _last = row with { Refusal = refusal };
            }

            return new LogExtension(false, refusal);
        }

        _copiesAreKnown = true;
        // Another process may have come further meanwhile.
        var through = settled > row.Through ? await StoredEvents.FittingAsync(connection, row.Through, settled, MostBytes, token) : row.Through;
        var events = (await StoredEvents.BetweenAsync(connection, row.Through, through, token)).Where(e => e.Event.Type != Tombstones.Type).ToList();
        var leaves = events.TakeWhile(e => FreeTextPlaces.Of(e.Event.Type) is not null).Select(NewLeaf.Of).ToArray();
        if (leaves.Length < events.Count)
            through = leaves.Length > 0 ? leaves[^1].Sequence : throw new UnknownEventException(events[0].Event.Type);
        _edge ??= await StoredTiles.EdgeAsync(connection, row.Size, token);
        var growth = _edge.Append(Array.ConvertAll(leaves, l => MerkleTree.LeafHash(l.Entry)));
        var next = row with { Size = growth.Edge.Size, Through = through, Refusal = null };
        next = await SignAsync(connection, next, growth, leaves, token);
        if (next != row)
        {
            await row.SwapAsync(connection, next, token);
            await transaction.CommitAsync(token);
        }

        (_last, _edge, _keysAreNoted) = (next, growth.Edge, _keysAreNoted || leaves.Length > 0);
        if (leaves.Length > 0)
            _head = new LogHead(next.Origin, next.Size, growth.Edge.Root());
        return new LogExtension(through < settled || leaves.Length >= Backlog, Leaves: leaves.Length);
    }

    /// <summary>Forgets what was known of the log, after a failure.</summary>
    public void Forget()
    {
        (_last, _edge, _head) = (null, null, null);
        _agreed.Clear();
        _lacksMlDsa = true;
    }

    private async Task<LogRow> BeginAsync(CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        if (await LogRow.ReadAsync(connection, token) is { } row)
            return row;
        await LogRow.BeginAsync(connection, signers.Origin, token);
        return (await LogRow.ReadAsync(connection, token))!;
    }

    private bool IsMlDsaDue(LogRow row) => row.Size > 0 && _lacksMlDsa && (row.MlDsaAt is not { } at || clock.GetUtcNow() - at >= LongestWithoutMlDsa);

    private async Task<LogRow> SignAsync(NpgsqlConnection connection, LogRow next, TreeGrowth growth, NewLeaf[] leaves, CancellationToken token)
    {
        var (from, now) = (next.Size - leaves.Length, clock.GetUtcNow());
        var withMlDsa = next.Size > 0 && (next.MlDsaAt is not { } at || now - at >= LongestWithoutMlDsa);
        if (leaves.Length == 0 && (!withMlDsa || await HasMlDsaAsync(connection, next.Size, token)))
        {
            _lacksMlDsa = _lacksMlDsa && !withMlDsa;
            return next;
        }

        if (leaves.Length > 0)
        {
            await LedgerWriter.AppendAsync(connection, from, leaves, token);
            await LedgerWriter.WriteAsync(connection, growth.Tiles, token);
        }

        if (!_keysAreNoted)
            await LedgerWriter.NoteAsync(connection, signers, next.Size, token);
        var signed = signers.Sign(new Checkpoint(signers.Origin, next.Size, growth.Edge.Root()), withMlDsa, now);
        // One that is signed again keeps what witnesses signed.
        if (leaves.Length == 0 && await LedgerCheckpoints.LockAsync(connection, next.Size, token) is { } present && present.Note.Text == signed.Note.Text)
            signed = present.With(signed.Note.Signatures);
        await LedgerWriter.WriteAsync(connection, signed, withMlDsa, now, token);
        if (withMlDsa)
            await LedgerWriter.ThinAsync(connection, now - KeptUnthinned, token);
        _lacksMlDsa = !withMlDsa;
        return withMlDsa ? next with { MlDsaAt = now } : next;
    }

    private static async Task<bool> HasMlDsaAsync(NpgsqlConnection connection, long size, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select has_ml_dsa from {LedgerTables.Checkpoints} where size = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = size });
        return await command.ExecuteScalarAsync(token) is true;
    }

    /// <summary>Why nothing may be signed; null where nothing stands against it. The row is locked, so that nobody extends the log meanwhile.</summary>
    private async Task<string?> RefusalAsync(NpgsqlConnection connection, LogRow row, CancellationToken token)
    {
        if (row.Origin != signers.Origin)
            return $"The database holds the log {row.Origin}, and Ledger:Origin names {signers.Origin}; the origin of a log never changes.";
        foreach (var copy in copies)
        {
            if (await copy.HeadAsync(token) is not { } head)
                continue;
            if (head == _head || (_agreed.TryGetValue(copy.Place, out var agreed) && head == agreed))
                continue;
            if (await DisagreementAsync(connection, row, head, token) is { } reason)
                return $"{copy.Place} {reason} `forecasts ledger adopt` brings the database up to it.";
            _agreed[copy.Place] = head;
        }

        return null;
    }

    private static async Task<string?> DisagreementAsync(NpgsqlConnection connection, LogRow row, LogHead head, CancellationToken token)
    {
        if (head.Origin != row.Origin)
            return $"holds another log, {head.Origin}.";
        if (head.Size > row.Size)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"has {head.Size:N0} leaves, and the database has {row.Size:N0}: it was restored from before them."
            );
        if (!head.IsForked && (head.Size == 0 || head.Root is null))
            return null;
        return !head.IsForked && (await StoredTiles.HashesAsync(connection, head.Size, [new LeafRange(0, head.Size)], token)).Root() == head.Root
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"has another tree of {head.Size:N0} leaves than the database: the log has been forked.");
    }
}
