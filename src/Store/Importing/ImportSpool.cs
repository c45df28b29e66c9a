using System.Buffers;
using System.IO.Compression;
using Npgsql;
using NpgsqlTypes;
using Store.Streams;

namespace Store.Importing;

/// <summary>
/// Keeps a file of any size in the database, in separately compressed chunks, until it has been read to its end. Once the file is complete, any node can
/// continue with it from the database alone.
/// </summary>
public static class ImportSpool
{
    private const int ChunkSize = 1 << 20;

    // The memory of one upload while its client is slow, in addition to what is compressed.
    private const int PieceSize = 1 << 15;

    /// <summary>
    /// Copies the file in, chunk by chunk. The file is read at the client's pace and compressed at once. A connection is used only for one statement, when a
    /// chunk is full.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="import">The import's id; it is being received.</param>
    /// <param name="file">The file.</param>
    /// <param name="limits">How much is accepted.</param>
    /// <param name="clock">The clock that dates the chunks.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="SpoolFullException">The file, or all files that wait, are larger than they may be.</exception>
    public static async Task WriteAsync(NpgsqlDataSource database, string import, Stream file, SpoolLimits limits, TimeProvider clock, CancellationToken token)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            using var compressed = new MemoryStream();
            long length = 0;
            for (var number = 0; ; number++)
            {
                compressed.SetLength(0);
                var chunk = 0;
                await using (var deflate = new DeflateStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
                {
                    for (int read; chunk < ChunkSize; chunk += read)
                    {
                        read = await file.ReadAsync(piece.AsMemory(0, Math.Min(PieceSize, ChunkSize - chunk)), token);
                        if (read == 0)
                            break;
                        length += read;
                        if (length > limits.LargestFile)
                            throw new SpoolFullException(SpoolBound.File);
                        await deflate.WriteAsync(piece.AsMemory(0, read), token);
                    }
                }

                if (chunk > 0)
                    await KeepAsync(database, import, number, compressed, limits, clock.GetUtcNow(), token);
                if (chunk < ChunkSize)
                    return;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static async Task KeepAsync(
        NpgsqlDataSource database,
        string import,
        int number,
        MemoryStream compressed,
        SpoolLimits limits,
        DateTimeOffset now,
        CancellationToken token
    )
    {
        await using var command = database.CreateCommand(
            $"""
            with room as (
                select coalesce(sum(spooled), 0) + $4 <= $5 as there from {ImportTables.Imports} where status in ('{ImportLog.Receiving}', 'Running')
            ), kept as (
                insert into {ImportTables.Chunks} (import_id, number, bytes) select $1, $2, $3 from room where there
            )
            update {ImportTables.Imports} set spooled = spooled + $4, received_at = $6 from room where id = $1 and status = '{ImportLog.Receiving}'
                and room.there
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = import });
        command.Parameters.Add(new NpgsqlParameter { Value = number });
        command.Parameters.Add(
            new NpgsqlParameter { Value = new ArraySegment<byte>(compressed.GetBuffer(), 0, (int)compressed.Length), NpgsqlDbType = NpgsqlDbType.Bytea }
        );
        command.Parameters.Add(new NpgsqlParameter { Value = compressed.Length });
        command.Parameters.Add(new NpgsqlParameter { Value = limits.LargestSpool });
        command.Parameters.Add(new NpgsqlParameter { Value = now.UtcDateTime });
        if (await command.ExecuteNonQueryAsync(token) == 0)
            throw new SpoolFullException(SpoolBound.Spool);
    }

    /// <summary>The file as it was received. One chunk is held in memory at a time.</summary>
    public static Stream Read(NpgsqlDataSource database, string import) => new SpooledFile(database, import);

    private sealed class SpooledFile(NpgsqlDataSource database, string import) : ReadOnlyStream
    {
        private readonly byte[] _chunk = new byte[ChunkSize];
        private int _length;
        private int _at;
        private int _next;
        private bool _ended;

        public override int Read(Span<byte> buffer)
        {
            if (_at == _length && !Fetch())
                return 0;
            var count = Math.Min(buffer.Length, _length - _at);
            _chunk.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        private bool Fetch()
        {
            if (_ended)
                return false;
            using var command = database.CreateCommand($"select bytes from {ImportTables.Chunks} where import_id = $1 and number = $2");
            command.Parameters.Add(new NpgsqlParameter { Value = import });
            command.Parameters.Add(new NpgsqlParameter { Value = _next });
            if (command.ExecuteScalar() is not byte[] bytes)
            {
                _ended = true;
                return false;
            }

            using var inflate = new DeflateStream(new MemoryStream(bytes), CompressionMode.Decompress);
            (_length, _at, _next) = (inflate.ReadAtLeast(_chunk, ChunkSize, throwOnEndOfStream: false), 0, _next + 1);
            return true;
        }
    }
}
