using Domain.Ledger.Checkpoints;
using Domain.Ledger.Tiles;
using Store.Ledger;

namespace Worker.ExtendingLedger;

/// <summary>
/// The log as plain files, with the paths of tlog-tiles below a folder: any file server can serve it, and any backup can take it. It is written after the
/// commit, and its checkpoint last, so that it never has what the database has not. What a crash left out is made up for by the next round.
/// </summary>
/// <param name="folder">The folder.</param>
public sealed class LogFolder(string folder) : ILogCopy, ILogFiles
{
    /// <inheritdoc cref="ILogFiles.CheckpointName"/>
    public const string CheckpointName = ILogFiles.CheckpointName;

    /// <inheritdoc cref="ILogFiles.WitnessedName"/>
    public const string WitnessedName = ILogFiles.WitnessedName;

    private const string LockName = "writer.lock";

    /// <summary>How many leaves are written in one call, so that a long log is written beside the work on new events.</summary>
    private const long Step = 64 * TilePath.FullWidth;

    private long _written;
    private string? _witnessed;

    /// <inheritdoc/>
    public string Place => folder;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is no checkpoint.</exception>
    public async Task<LogHead?> HeadAsync(CancellationToken token) =>
        (await ReadAsync(token))?.Checkpoint is { } head ? new LogHead(head.Origin, head.Size, head.Root) : null;

    /// <summary>The checkpoint of the folder; null where it holds none.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint.</exception>
    public async Task<SignedCheckpoint?> ReadAsync(CancellationToken token)
    {
        var file = Path.Combine(folder, CheckpointName);
        if (!File.Exists(file))
            return null;
        var read = SignedCheckpoint.Parse(await File.ReadAllBytesAsync(file, token));
        return read.Is(out var checkpoint, out var malformed) ? checkpoint : throw new InvalidDataException($"{file} is no checkpoint. {malformed.Reason}.");
    }

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(string path, CancellationToken token)
    {
        try
        {
            return await File.ReadAllBytesAsync(Path.Combine(folder, path), token);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes what the database has and the folder has not. Another process that is writing to the folder is left to it.</summary>
    /// <param name="log">The log.</param>
    /// <param name="token">Ends the writing; the next call goes on.</param>
    /// <returns>Whether there is more to write.</returns>
    public async Task<bool> CatchUpAsync(LedgerReader log, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (await log.CheckpointAsync(token) is not { } note)
            return false;
        Directory.CreateDirectory(folder);
        using var held = Hold();
        if (held is null)
            return false;
        await WriteWitnessedAsync(log, token);
        var present = await ReadAsync(token);
        var bytes = System.Text.Encoding.UTF8.GetBytes(note);
        var next = SignedCheckpoint.Parse(bytes).Value.Checkpoint;
        // A folder that is ahead is evidence, and stays as it is. One of another log does too.
        if (present?.ToString() == note || present?.Checkpoint.Size > next.Size || (present is not null && present.Checkpoint.Origin != next.Origin))
            return false;
        var from = Math.Max(_written, present?.Checkpoint.Size ?? 0);
        var to = Math.Min(next.Size, (from / TilePath.FullWidth * TilePath.FullWidth) + Step);
        var isEnd = to == next.Size;
        foreach (var path in TilePath.Touched(from, to).Where(p => isEnd || p.IsFull))
            await WriteAsync(path.ToString(), path.IsFull, await log.TileAsync(path, token), token);
        foreach (var path in EntryBundlePath.Touched(from, to))
            await WriteAsync(path.ToString(), path.Width == EntryBundlePath.FullWidth, await log.BundleAsync(path, token), token);
        if (isEnd)
            await ReplaceAsync(Path.Combine(folder, CheckpointName), bytes, token);
        _written = isEnd ? 0 : to;
        return !isEnd;
    }

    /// <summary>Writes the last witnessed checkpoint, once the folder has its tree.</summary>
    private async Task WriteWitnessedAsync(LedgerReader log, CancellationToken token)
    {
        if (await log.WitnessedAsync(token) is not { } witnessed || witnessed == _witnessed)
            return;
        var checkpoint = SignedCheckpoint.Parse(System.Text.Encoding.UTF8.GetBytes(witnessed)).Value;
        if (await ReadAsync(token) is not { } present || present.Checkpoint.Origin != checkpoint.Checkpoint.Origin)
            return;
        if (present.Checkpoint.Size < checkpoint.Checkpoint.Size)
            return;
        await ReplaceAsync(Path.Combine(folder, WitnessedName), checkpoint.Format(), token);
        _witnessed = witnessed;
    }

    private FileStream? Hold()
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, LockName)))
        {
            return null;
        }
    }

    private async Task WriteAsync(string path, bool isFull, byte[]? bytes, CancellationToken token)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await ReplaceAsync(file, bytes ?? throw new InvalidDataException($"The database has a checkpoint over {path}, and lacks it."), token);
        if (isFull && Directory.Exists($"{file}.p"))
            Directory.Delete($"{file}.p", recursive: true);
    }

    /// <summary>Puts a file in its place at once, so that no reader ever sees half of it.</summary>
    private static async Task ReplaceAsync(string file, byte[] bytes, CancellationToken token)
    {
        var made = $"{file}.new";
        await using (var stream = new FileStream(made, FileMode.Create, FileAccess.Write))
        {
            await stream.WriteAsync(bytes, token);
            stream.Flush(flushToDisk: true);
        }

        File.Move(made, file, overwrite: true);
    }
}
