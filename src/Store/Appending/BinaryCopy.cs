using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace Store.Appending;

/// <summary>
/// Writes rows for a COPY in PostgreSQL's binary format into one buffer, and sends the buffer when it is full. The driver's writer looks up the type of each
/// value again. Over millions of rows that costs as much as making the rows.
/// </summary>
internal sealed class BinaryCopy : IAsyncDisposable
{
    private const int Full = 1 << 18;

    // The signature, no flags, no extension.
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly NpgsqlRawCopyStream _target;
    private readonly short _columns;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Full + (1 << 14));
    private int _at;
    private bool _completed;

    private BinaryCopy(NpgsqlRawCopyStream target, short columns)
    {
        (_target, _columns) = (target, columns);
        Header.CopyTo(_buffer, 0);
        _at = Header.Length;
    }

    /// <summary>Begins a COPY.</summary>
    /// <param name="connection">The connection, in the transaction that the rows belong to.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns; each row writes a value of the fitting type for every one, in this order.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<BinaryCopy> BeginAsync(NpgsqlConnection connection, string table, IReadOnlyList<string> columns, CancellationToken token) =>
        new(await connection.BeginRawBinaryCopyAsync($"copy {table} ({string.Join(", ", columns)}) from stdin (format binary)", token), (short)columns.Count);

    /// <summary>Begins the next row. Sends the buffer first if it is full enough.</summary>
    public async ValueTask StartRowAsync(CancellationToken token)
    {
        if (_at >= Full)
            await SendAsync(token);
        BinaryPrimitives.WriteInt16BigEndian(Room(2), _columns);
    }

    public void Write(bool value) => Value(1)[0] = value ? (byte)1 : (byte)0;

    public void Write(long value) => BinaryPrimitives.WriteInt64BigEndian(Value(8), value);

    public void Write(Guid value) => value.TryWriteBytes(Value(16), bigEndian: true, out _);

    /// <summary>An instant, to the microsecond.</summary>
    public void Write(DateTimeOffset value) => BinaryPrimitives.WriteInt64BigEndian(Value(8), (value.UtcTicks - Epoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);

    public void Write(string? value)
    {
        if (value is null)
        {
            BinaryPrimitives.WriteInt32BigEndian(Room(4), -1);
            return;
        }

        var length = Room(4 + Encoding.UTF8.GetMaxByteCount(value.Length));
        var written = Encoding.UTF8.GetBytes(value, length[4..]);
        BinaryPrimitives.WriteInt32BigEndian(length, written);
        _at -= length.Length - 4 - written;
    }

    /// <summary>Bytes, for a column of type bytea.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Value(bytes.Length));

    /// <summary>JSON in UTF-8, for a column of type jsonb.</summary>
    public void WriteJson(ReadOnlySpan<byte> json)
    {
        var value = Value(1 + json.Length);
        value[0] = 1;
        json.CopyTo(value[1..]);
    }

    /// <summary>Sends the rest and ends the COPY. Without this call no row is stored.</summary>
    public async Task CompleteAsync(CancellationToken token)
    {
        BinaryPrimitives.WriteInt16BigEndian(Room(2), -1);
        await SendAsync(token);
        _completed = true;
        await _target.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        if (_completed)
            return;
        await _target.CancelAsync();
        await _target.DisposeAsync();
    }

    private async ValueTask SendAsync(CancellationToken token)
    {
        await _target.WriteAsync(_buffer.AsMemory(0, _at), token);
        _at = 0;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, needed));
        _buffer.AsSpan(0, _at).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private Span<byte> Value(int length)
    {
        var room = Room(4 + length);
        BinaryPrimitives.WriteInt32BigEndian(room, length);
        return room[4..];
    }

    private Span<byte> Room(int length)
    {
        if (_buffer.Length - _at < length)
            Grow(_at + length);
        _at += length;
        return _buffer.AsSpan(_at - length, length);
    }
}
