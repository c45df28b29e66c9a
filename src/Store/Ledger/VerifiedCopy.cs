using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Tiles;
using Npgsql;

namespace Store.Ledger;

/// <summary>How far a copy of the log was compared.</summary>
/// <param name="HasCheckpoint">Whether it has a checkpoint. Without one that holds, nothing of it was compared, and why is among the mismatches.</param>
/// <param name="Size">How many leaves it has, by a checkpoint that holds; null where there is none such.</param>
public readonly record struct CopyExtent(bool HasCheckpoint, long? Size);

/// <summary>Compares a copy of the log as plain files with the log in the database, file by file.</summary>
/// <param name="database">The database.</param>
/// <param name="files">The copy.</param>
/// <param name="verify">Whether a checkpoint is rightly signed: why it is not, without a full stop; null where it is.</param>
internal sealed class VerifiedCopy(NpgsqlDataSource database, ILogFiles files, Func<SignedCheckpoint, string?> verify)
{
    /// <summary>How often the copy is begun anew where it went on meanwhile: its partial files then gave way to wider ones.</summary>
    private const int Tries = 4;

    private readonly LedgerReader _log = new(database);

    /// <summary>Looks through the copy.</summary>
    /// <param name="found">Where to say what does not fit.</param>
    /// <param name="token">Ends the look.</param>
    public async Task<CopyExtent> VerifyAsync(FoundMismatches found, CancellationToken token)
    {
        for (var tried = 1; ; tried++)
        {
            var head = await files.ReadAsync(ILogFiles.CheckpointName, token);
            var mismatches = new List<string>();
            var size = await CompareAsync(head, mismatches, token);
            var now = await files.ReadAsync(ILogFiles.CheckpointName, token);
            var stayed = head is null ? now is null : now is not null && head.AsSpan().SequenceEqual(now);
            if (mismatches.Count > 0 && !stayed && tried < Tries)
                continue;
            foreach (var what in mismatches)
                found.Add(new LedgerMismatch(MismatchKind.Copy, what));
            return new CopyExtent(head is not null, size);
        }
    }

    private async Task<long?> CompareAsync(byte[]? head, List<string> mismatches, CancellationToken token)
    {
        if (head is null)
        {
            var first = new EntryBundlePath(0, (int)Math.Min((await _log.LogAsync(token))?.Size ?? 1, EntryBundlePath.FullWidth));
            if (first.Width > 0 && await files.ReadAsync(first.ToString(), token) is not null)
                mismatches.Add($"The checkpoint is missing in {files.Place}.");
            return null;
        }

        if (await CheckedAsync(head, ILogFiles.CheckpointName, mismatches, token) is not { } size)
            return null;
        if (await files.ReadAsync(ILogFiles.WitnessedName, token) is { } witnessed)
            await CheckedAsync(witnessed, ILogFiles.WitnessedName, mismatches, token);
        foreach (var path in TilePath.OfTree(size))
            await CompareAsync(path.ToString(), (path with { Width = TilePath.FullWidth }).ToString(), () => _log.TileAsync(path, token), mismatches, token);
        foreach (var path in EntryBundlePath.Touched(0, size))
            await CompareAsync(
                path.ToString(),
                (path with { Width = EntryBundlePath.FullWidth }).ToString(),
                () => _log.BundleAsync(path, token),
                mismatches,
                token
            );
        return size;
    }

    /// <summary>The size of a checkpoint of the copy, if it is one of this log; else null, and it is said what it is.</summary>
    private async Task<long?> CheckedAsync(byte[] bytes, string name, List<string> mismatches, CancellationToken token)
    {
        if (!SignedCheckpoint.Parse(bytes).Is(out var signed, out var malformed))
            mismatches.Add($"The file {name} in {files.Place} is no checkpoint: {malformed.Reason}.");
        else if (verify(signed) is { } reason)
            mismatches.Add($"The file {name} in {files.Place}: {reason}.");
        else if (await _log.LogAsync(token) is not { } log || log.Origin != signed.Checkpoint.Origin)
            mismatches.Add($"The file {name} in {files.Place} is of another log, {signed.Checkpoint.Origin}.");
        else if (signed.Checkpoint.Size > log.Size)
            mismatches.Add($"The file {name} in {files.Place} has {signed.Checkpoint.Size} leaves, and the database {log.Size}.");
        else if (await RootAsync(signed.Checkpoint.Size, token) is { } root && root != signed.Checkpoint.Root)
            mismatches.Add($"The file {name} in {files.Place} has another root than the database's tree of {signed.Checkpoint.Size} leaves.");
        else
            return signed.Checkpoint.Size;
        return null;
    }

    /// <summary>The root of the database's tree at a size; null where its tiles do not give one, which is said of the tiles.</summary>
    private async Task<Digest?> RootAsync(long size, CancellationToken token)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(token);
            return (await StoredTiles.EdgeAsync(connection, size, token)).Root();
        }
        catch (DamagedLogException)
        {
            return null;
        }
    }

    /// <param name="path">The path of a file.</param>
    /// <param name="full">The path of the full one that takes its place, before the checkpoint says so.</param>
    /// <param name="kept">What the database has.</param>
    /// <param name="mismatches">Where to say what does not fit.</param>
    /// <param name="token">Ends the look.</param>
    private async Task CompareAsync(string path, string full, Func<Task<byte[]?>> kept, List<string> mismatches, CancellationToken token)
    {
        if (mismatches.Count >= LedgerVerification.MostMismatches)
            return;
        // What the database lacks is said of the database.
        if (await kept() is not { } expected)
            return;
        var bytes = await files.ReadAsync(path, token);
        if (bytes is null && path != full && await files.ReadAsync(full, token) is { } wider && wider.Length >= expected.Length)
            bytes = wider[..expected.Length];
        if (bytes is null)
            mismatches.Add($"The file {path} is missing in {files.Place}.");
        else if (!bytes.AsSpan().SequenceEqual(expected))
            mismatches.Add($"The file {path} in {files.Place} is not what the database has.");
    }
}
