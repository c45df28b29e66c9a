using System.Text;
using CsCheck;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Leaves;
using Domain.Ledger.Notes;
using Domain.Ledger.Policies;
using Domain.Ledger.Proofs;
using Domain.Ledger.Tiles;
using Domain.Ledger.Witnesses;

namespace Domain.Tests.Ledger;

/// <summary>Bytes from outside are read or refused with a reason, whatever they are; and what is read is spelled in one way.</summary>
public sealed class MalformedBytesTests
{
    /// <summary>Every format of text, as a function that writes again what it read; null for what it refuses.</summary>
    private static readonly Dictionary<string, Func<byte[], byte[]?>> Formats = new(StringComparer.Ordinal)
    {
        ["checkpoint"] = b => SignedCheckpoint.Parse(b) is { Reason: null } read ? read.Value.Format() : null,
        ["entry-277.tlog-proof"] = b => TlogProof.Parse(b) is { Reason: null } read ? read.Value.Format() : null,
        ["add-checkpoint"] = b => AddCheckpointRequest.Parse(b) is { Reason: null } read ? read.Value.Format() : null,
        ["leaf.json"] = b => LedgerLeaf.Parse(b) is { Reason: null } read ? read.Value.Format().Value : null,
        ["disclosure.json"] = b =>
            Disclosure.Parse(b) is { Reason: null } read
                ? Disclosure.Parse(Disclosure.Format(read.Value)).Value is { } again
                    ? Disclosure.Format(again)
                    : null
                : null,
    };

    public static TheoryData<string> Names => [.. Formats.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Golden_bytes_that_were_changed_anywhere_are_read_or_refused_and_never_read_as_what_they_are_not(string name)
    {
        var golden = LedgerFiles.Golden(name);
        Mutated(golden)
            .Sample(
                bytes =>
                {
                    var again = Formats[name](bytes);
                    // A disclosure may be spelled in many ways; everything else has one spelling.
                    Assert.True(again is null || name == "disclosure.json" || again.AsSpan().SequenceEqual(bytes), Encoding.Latin1.GetString(bytes));
                },
                iter: 2_000
            );
    }

    [Fact]
    public void Random_bytes_are_refused_with_a_reason() =>
        Gen.OneOf(Gen.Byte.Array[0, 200], Gen.String[Gen.Char["\n\0— +0123456789abcxp/.old index=AQ{}\":,"], 0, 200].Select(Encoding.UTF8.GetBytes))
            .Sample(
                bytes =>
                {
                    var text = Encoding.Latin1.GetString(bytes);
                    Assert.All(Formats.Values, format => Assert.Null(format(bytes)));
                    Assert.NotNull(PolicyFile.Parse(bytes).Reason);
                    Assert.NotNull(AddCheckpointAnswer.Parse(bytes).Reason);
                    Assert.NotNull(VerifierKey.Parse(text).Reason);
                    Assert.NotNull(SignerKey.Parse(text).Reason);
                    Assert.NotNull(TilePath.Parse(text).Reason);
                    Assert.True(TreeSizeAnswer.Parse(bytes) is { Reason: not null } or { Value.Size: >= 0 });
                    Assert.True(CanonicalJson.Canonicalize(bytes) is { Reason: not null } or { Value.Length: > 0 });
                    Assert.True(EntryBundle.Parse(bytes, 3) is { Reason: not null } or { Value.Entries.Count: 3 });
                },
                iter: 5_000
            );

    [Fact]
    public void A_policy_that_was_changed_anywhere_is_read_or_refused() =>
        Mutated(LedgerFiles.Golden("policy"))
            .Sample(bytes => Assert.True(PolicyFile.Parse(bytes) is { Reason: not null } or { Value.Logs.Count: <= 1 }), iter: 2_000);

    /// <summary>Bytes with one to three changes: a bit turned, a byte replaced, taken out or put in, a part doubled, or the end cut off.</summary>
    private static Gen<byte[]> Mutated(byte[] golden) =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, golden.Length - 1], Gen.Byte)
            .Array[1, 3]
            .Select(changes =>
            {
                var bytes = golden.ToList();
                foreach (var (kind, place, value) in changes)
                {
                    var at = Math.Min(place, bytes.Count - 1);
                    if (at < 0)
                        break;
                    switch (kind)
                    {
                        case 0:
                            bytes[at] ^= (byte)(1 << (value % 8));
                            break;
                        case 1:
                            bytes[at] = value;
                            break;
                        case 2:
                            bytes.RemoveAt(at);
                            break;
                        case 3:
                            bytes.Insert(at, value);
                            break;
                        case 4:
                            bytes.InsertRange(at, bytes.GetRange(at, Math.Min(value, bytes.Count - at)));
                            break;
                        default:
                            bytes.RemoveRange(at, bytes.Count - at);
                            break;
                    }
                }

                return bytes.ToArray();
            });
}
