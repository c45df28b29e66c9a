using Domain.Ledger.Text;

namespace Domain.Ledger.Leaves;

/// <summary>The salts of one leaf, as they are kept beside it. Null stands for a salt that was deleted, and with it the value erased.</summary>
/// <param name="Stream">The salt of the key of the stream.</param>
/// <param name="Actor">The salt of the name of who brought the event about.</param>
/// <param name="Data">The salt of the data.</param>
/// <param name="Text">The salts of the free texts, in the order of the leaf's commitments.</param>
public sealed record LeafSalts(Salt? Stream, Salt? Actor, Salt? Data, IReadOnlyList<Salt?> Text)
{
    private const int BeforeTexts = 3;

    /// <summary>The salts that open a leaf.</summary>
    /// <param name="opened">The leaf and what opens it.</param>
    public static LeafSalts Of(OpenedLeaf opened) => new(opened.Stream?.Salt, opened.Actor?.Salt, opened.Data?.Salt, [.. opened.Text.Select(t => t?.Salt)]);

    /// <summary>Reads the salts of a leaf.</summary>
    /// <param name="bytes">32 bytes for each, those of a deleted one all 0.</param>
    public static Parsed<LeafSalts> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % Salt.Length != 0 || bytes.Length / Salt.Length < BeforeTexts)
            return new Malformed($"The salts of a leaf are {BeforeTexts} or more, of {Salt.Length} bytes each, and these have {bytes.Length} bytes");
        var salts = new Salt?[bytes.Length / Salt.Length];
        for (var i = 0; i < salts.Length; i++)
        {
            var salt = bytes.Slice(i * Salt.Length, Salt.Length);
            salts[i] = salt.IndexOfAnyExcept((byte)0) < 0 ? null : new Salt(salt);
        }

        return new LeafSalts(salts[0], salts[1], salts[2], salts[BeforeTexts..]);
    }

    /// <summary>The bytes to keep: 32 for each salt, in the order stream, actor, data, texts.</summary>
    public byte[] Format()
    {
        var bytes = new byte[(BeforeTexts + Text.Count) * Salt.Length];
        Salt?[] all = [Stream, Actor, Data, .. Text];
        for (var i = 0; i < all.Length; i++)
            all[i]?.Bytes.CopyTo(bytes.AsSpan(i * Salt.Length));
        return bytes;
    }
}
