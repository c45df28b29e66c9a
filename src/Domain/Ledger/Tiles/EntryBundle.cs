using System.Buffers.Binary;
using Domain.Ledger.Text;

namespace Domain.Ledger.Tiles;

/// <summary>
/// An entry bundle's content, by tlog-tiles, "Log entries": 1 to 256 entries, each after its length in bytes as a big-endian uint16. Each hashes to the hash
/// at its place in the tile of level 0 with the same index.
/// </summary>
/// <param name="Entries">The entries, each of at most <see cref="LongestEntry"/> bytes.</param>
public sealed record EntryBundle(IReadOnlyList<ReadOnlyMemory<byte>> Entries)
{
    /// <summary>The most bytes in an entry, 65,535.</summary>
    public const int LongestEntry = ushort.MaxValue;

    /// <summary>Reads a bundle.</summary>
    /// <param name="bytes">The bundle's bytes; the entries are parts of them, not copies.</param>
    /// <param name="width">How many entries its path promises, 1 to 256.</param>
    /// <returns>The bundle; refused are bytes that end within an entry, or hold fewer or more entries.</returns>
    public static Parsed<EntryBundle> Parse(ReadOnlyMemory<byte> bytes, int width)
    {
        if (width is < 1 or > EntryBundlePath.FullWidth)
            return new Malformed($"A bundle has 1 to {EntryBundlePath.FullWidth} entries, not {width}");
        var entries = new List<ReadOnlyMemory<byte>>(width);
        while (entries.Count < width)
        {
            if (bytes.Length < sizeof(ushort))
                return new Malformed($"The bundle ends after {entries.Count} of {width} entries");
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.Span);
            bytes = bytes[sizeof(ushort)..];
            if (bytes.Length < length)
                return new Malformed($"The bundle ends within entry {entries.Count + 1} of {width}");
            entries.Add(bytes[..length]);
            bytes = bytes[length..];
        }

        return bytes.IsEmpty ? new EntryBundle(entries) : new Malformed($"{bytes.Length} bytes follow the last of {width} entries");
    }

    /// <summary>The bundle's bytes.</summary>
    /// <exception cref="InvalidOperationException">An entry is too long.</exception>
    public byte[] Format()
    {
        var bytes = new byte[Entries.Sum(e => sizeof(ushort) + e.Length)];
        var rest = bytes.AsSpan();
        foreach (var entry in Entries)
        {
            if (entry.Length > LongestEntry)
                throw new InvalidOperationException($"An entry has at most {LongestEntry:N0} bytes, and this one has {entry.Length:N0}.");
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)entry.Length);
            entry.Span.CopyTo(rest[sizeof(ushort)..]);
            rest = rest[(sizeof(ushort) + entry.Length)..];
        }

        return bytes;
    }
}
