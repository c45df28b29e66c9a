using System.Buffers.Binary;
using Domain.Ledger.Text;

namespace Domain.Ledger.Notes;

/// <summary>A signature line of a note, by signed-note, "Signatures": <c>— &lt;key name&gt; base64(key id ‖ signature)</c>.</summary>
/// <param name="Name">The name of the key.</param>
/// <param name="KeyId">The id of the key.</param>
/// <param name="Signature">The signature's bytes; what they are, the key's type says.</param>
public sealed record NoteSignature(KeyName Name, uint KeyId, ReadOnlyMemory<byte> Signature)
{
    private const string Prefix = "— ";

    /// <summary>Reads a signature line.</summary>
    /// <param name="line">The line, without its line end.</param>
    public static Parsed<NoteSignature> Parse(string line)
    {
        if (!line.StartsWith(Prefix, StringComparison.Ordinal) || line[Prefix.Length..].Split(' ') is not [var namePart, var base64])
            return new Malformed("A signature line is an em dash, the key's name and the signature in base64, with a space between");
        if (!KeyName.Parse(namePart).Is(out var name, out var malformed))
            return malformed;
        return StrictBase64.Decode(base64) is { Length: > sizeof(uint) } bytes
            ? new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(sizeof(uint)))
            : new Malformed("A signature is the key's id, of four bytes, and the signature itself, in base64");
    }

    /// <summary>Reads signature lines, each with its line end: the end of a note, or a witness's answer.</summary>
    /// <param name="text">The lines; there is at least one.</param>
    internal static Parsed<IReadOnlyList<NoteSignature>> ParseLines(string text)
    {
        if (!text.EndsWith('\n'))
            return new Malformed("The last signature line has no line end");
        var lines = text[..^1].Split('\n');
        if (lines.Length > SignedNote.MostSignatures)
            return new Malformed($"A note has at most {SignedNote.MostSignatures} signatures, and this one has {lines.Length:N0}");
        var signatures = new List<NoteSignature>(lines.Length);
        foreach (var line in lines)
        {
            if (!Parse(line).Is(out var signature, out var malformed))
                return malformed;
            signatures.Add(signature);
        }

        return signatures;
    }

    /// <summary>The line, without its line end.</summary>
    public override string ToString()
    {
        var bytes = new byte[sizeof(uint) + Signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Signature.CopyTo(bytes.AsMemory(sizeof(uint)));
        return $"{Prefix}{Name} {Convert.ToBase64String(bytes)}";
    }
}
