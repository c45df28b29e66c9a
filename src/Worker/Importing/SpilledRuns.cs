using System.Text;
using Microsoft.Win32.SafeHandles;
using Store.Events;
using Store.Importing;
using Store.Streams;

namespace Worker.Importing;

/// <summary>
/// Runs of rows in one temporary file, written one after the other and read in parallel. The file is deleted with this object, or with the process.
/// </summary>
internal sealed class SpilledRuns : IDisposable
{
    private const int ReadAhead = 1 << 14;

    private readonly List<(long From, long Length)> _runs = [];
    private FileStream? _file;

    public int Count => _runs.Count;

    public void Add(IEnumerable<ImportRow> rows)
    {
        _file ??= Spill();
        _file.Position = _file.Length;
        var from = _file.Position;
        using (var writer = new BinaryWriter(_file, Encoding.UTF8, leaveOpen: true))
        {
            foreach (var row in rows)
                Write(writer, row);
            writer.Write((byte)0);
        }

        _file.Flush();
        _runs.Add((from, _file.Position - from));
    }

    // Other accounts of the machine can read the folder of temporary files. Only this account may read these rows.
    private static FileStream Spill()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 1 << 16,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path.Combine(Path.GetTempPath(), $"forecasts-{Guid.NewGuid():n}.rows"), options);
    }

    public IEnumerable<ImportRow> Read(int run)
    {
        var (from, length) = _runs[run];
        using var reader = new BinaryReader(new BufferedStream(new Part(_file!.SafeFileHandle, from, length), ReadAhead), Encoding.UTF8);
        while (reader.ReadByte() != 0)
            yield return Read(reader);
    }

    public void Dispose() => _file?.Dispose();

    private static void Write(BinaryWriter writer, ImportRow row)
    {
        writer.Write((byte)1);
        writer.Write7BitEncodedInt64(row.Line);
        writer.Write7BitEncodedInt(row.Values.Length);
        foreach (var value in row.Values)
            Write(writer, value);
        Write(writer, row.Problem?.Reason);
        if (row.Problem is not null)
            Write(writer, row.Problem.Field);
    }

    private static void Write(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
            writer.Write(text);
    }

    private static ImportRow Read(BinaryReader reader)
    {
        var line = reader.Read7BitEncodedInt64();
        var values = new string?[reader.Read7BitEncodedInt()];
        for (var i = 0; i < values.Length; i++)
            values[i] = Text(reader);
        return new ImportRow(line, values, Text(reader) is { } reason ? new RefusedRow(line, Text(reader), reason) : null);
    }

    private static string? Text(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    /// <summary>A part of a file with its own read position.</summary>
    private sealed class Part(SafeFileHandle file, long from, long length) : ReadOnlyStream
    {
        private long _at;

        public override long Length => length;

        public override long Position
        {
            get => _at;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, length - _at)], from + _at);
            _at += read;
            return read;
        }
    }
}
