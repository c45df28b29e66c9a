using System.Buffers.Binary;
using System.Text;

namespace Api.Drawing;

/// <summary>Writes words into a PNG (PNG specification, third edition, 11.3.3.4: the <c>iTXt</c> chunk).</summary>
internal static class PngText
{
    private const int Signature = 8;
    private const int Header = 4 + 4 + 13 + 4;

    /// <summary>The image with the texts after its header, each under its keyword.</summary>
    public static byte[] Add(byte[] png, params (string Keyword, string Text)[] texts)
    {
        using var image = new MemoryStream(png.Length + 1024);
        image.Write(png, 0, Signature + Header);
        foreach (var (keyword, text) in texts)
            WriteChunk(image, [.. "iTXt"u8, .. Encoding.ASCII.GetBytes(keyword), 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text)]);
        image.Write(png, Signature + Header, png.Length - Signature - Header);
        return image.ToArray();
    }

    private static void WriteChunk(MemoryStream image, byte[] typeAndData)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, typeAndData.Length - 4);
        image.Write(number);
        image.Write(typeAndData);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(typeAndData));
        image.Write(number);
    }

    // The cyclic redundancy code of the specification's annex D.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return ~crc;
    }
}
