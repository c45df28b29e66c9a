using System.IO.Compression;
using Npgsql;
using NpgsqlTypes;

namespace Store.Importing;

/// <summary>
/// Keeps a file of any size in the database, in chunks that are compressed one by one, until it has been read to its end. Once it is whole
/// nothing but the database is needed to go on with it, on whichever node.
/// </summary>
public static class ImportSpool
{
    private const int ChunkSize = 1 << 20;

    /// <summary>Copies the file in, chunk by chunk, and answers its length in bytes.</summary>
    public static async Task<long> WriteAsync(NpgsqlConnection connection, string import, Stream file, CancellationToken token)
    {
        var buffer = new byte[ChunkSize];
        using var compressed = new MemoryStream();
        long length = 0;
        for (var number = 0; ; number++)
        {
            var read = await file.ReadAtLeastAsync(buffer, ChunkSize, throwOnEndOfStream: false, token);
            if (read == 0)
                return length;
            length += read;
            compressed.SetLength(0);
            await using (var deflate = new DeflateStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
                await deflate.WriteAsync(buffer.AsMemory(0, read), token);
            await using var command = new NpgsqlCommand($"insert into {ImportTables.Chunks} (import_id, number, bytes) values ($1, $2, $3)", connection);
            command.Parameters.Add(new NpgsqlParameter { Value = import });
            command.Parameters.Add(new NpgsqlParameter { Value = number });
            command.Parameters.Add(
                new NpgsqlParameter { Value = new ArraySegment<byte>(compressed.GetBuffer(), 0, (int)compressed.Length), NpgsqlDbType = NpgsqlDbType.Bytea }
            );
            await command.ExecuteNonQueryAsync(token);
            if (read < ChunkSize)
                return length;
        }
    }

    /// <summary>The file as it came in; one chunk of it is held in memory at a time.</summary>
    public static Stream Read(NpgsqlDataSource database, string import) => new SpooledFile(database, import);

    private sealed class SpooledFile(NpgsqlDataSource database, string import) : Stream
    {
        private readonly byte[] _chunk = new byte[ChunkSize];
        private int _length;
        private int _at;
        private int _next;
        private bool _ended;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            if (_at == _length && !Fetch())
                return 0;
            var count = Math.Min(buffer.Length, _length - _at);
            _chunk.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
