using System.Text;
using System.Text.Json;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Leaves;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Signing;

namespace Domain.Tests.Ledger.OtherPrograms;

/// <summary>Programs that others wrote check the bytes of the ledger, and ours check theirs.</summary>
public sealed class OtherProgramsTests
{
    private const int Size = 700;
    private const long Time = 1_767_225_600;
    private static readonly Digest[] Leaves = Trees.Leaves(Size);
    private static readonly int[] Places = [0, 1, 255, 256, 277, 511, 512, 698, 699];

    [Fact]
    public void Go_takes_our_notes_trees_and_proofs_and_we_take_those_of_Go()
    {
        var (skey, signer) = NewSigner(SignatureType.Ed25519);
        var hashes = Trees.Hashes(Leaves);
        var signed = SignedCheckpoint.Sign(Keys.Checkpoint(Size), [signer], Time);
        // The last proof of each kind is of another index.
        var answer = OtherProgram.AskGo(
            new
            {
                Note = signed.ToString(),
                Vkey = signer.Key.ToString(),
                Skey = skey,
                Text = signed.Note.Text,
                Size,
                Root = hashes.Root().ToString(),
                Leaves = Texts(Leaves),
                Inclusion = Places
                    .Select(i => new { Index = i, Hashes = Texts(hashes.Inclusion(i).Hashes) })
                    .Append(new { Index = 2, Hashes = Texts(hashes.Inclusion(0).Hashes) }),
                Consistency = Places
                    .Select(i => new { Index = i + 1, Hashes = Texts(hashes.Consistency(i + 1).Hashes) })
                    .Append(new { Index = 3, Hashes = Texts(hashes.Consistency(2).Hashes) }),
                EarlierRoots = Places.Select(i => MerkleTree.Root(Leaves.AsSpan(0, i + 1)).ToString()).Append(MerkleTree.Root(Leaves.AsSpan(0, 3)).ToString()),
                Entries = Enumerable.Range(0, Size).Select(i => Encoding.ASCII.GetBytes($"entry {i}")),
            }
        );

        Assert.True(answer.GetProperty("Note").GetBoolean());
        bool[] allButTheLast = [.. Places.Select(_ => true), false];
        Assert.Equal(allButTheLast, Booleans(answer.GetProperty("Inclusion")));
        Assert.Equal(allButTheLast, Booleans(answer.GetProperty("Consistency")));

        Assert.Equal(signed.ToString(), answer.GetProperty("TheirNote").GetString());
        Assert.Equal(hashes.Root().ToString(), answer.GetProperty("TheirRoot").GetString());
        Assert.Equal(Places.Select(i => Texts(hashes.Inclusion(i).Hashes)), Proofs(answer.GetProperty("TheirInclusion")));
        Assert.Equal(Places.Select(i => Texts(hashes.Consistency(i + 1).Hashes)), Proofs(answer.GetProperty("TheirConsistency")));
    }

    [Fact]
    public void Packages_of_JavaScript_take_our_signatures_proofs_and_JSON_and_we_take_theirs()
    {
        var seed = Enumerable.Repeat((byte)1, SignerKey.SeedLength).ToArray();
        var (log, cosigner) = (Keys.Signer(Keys.Origin, SignatureType.Ed25519), Keys.Signer(Keys.Origin, SignatureType.MlDsa44Cosignature));
        var (checkpoint, hashes) = (Keys.Checkpoint(Size), Trees.Hashes(Leaves));
        var (text, cosignature) = (checkpoint.Format(), cosigner.Sign(checkpoint.Format(), Time).Signature);
        var json = Json();
        var answer = OtherProgram.AskNode(
            new
            {
                seed,
                ed25519 = new
                {
                    text,
                    publicKey = log.Key.PublicKey,
                    signature = log.Sign(text, 0).Signature,
                },
                mlDsa44 = new
                {
                    name = cosigner.Key.Name.Value,
                    timestamp = Time,
                    origin = checkpoint.Origin,
                    size = checkpoint.Size,
                    root = checkpoint.Root.ToString(),
                    publicKey = cosigner.Key.PublicKey,
                    signature = cosignature[sizeof(long)..],
                },
                inclusion = Places.Select(i => Inclusion(i, i)).Append(Inclusion(0, 2)),
                json,
            }
        );

        Assert.True(answer.GetProperty("ed25519").GetBoolean());
        Assert.True(answer.GetProperty("mlDsa44").GetBoolean());
        Assert.Equal([.. Places.Select(_ => true), false], Booleans(answer.GetProperty("inclusion")));
        Assert.Equal(
            answer.GetProperty("canonical").EnumerateArray().Select(c => c.GetString()),
            json.Select(j => Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(j)).Value))
        );

        var theirs = answer.GetProperty("theirs");
        Assert.Equal(log.Sign(text, 0).Signature.ToArray(), theirs.GetProperty("ed25519").GetBytesFromBase64());
        Assert.Equal(cosigner.Key.PublicKey.ToArray(), theirs.GetProperty("mlDsa44PublicKey").GetBytesFromBase64());
        byte[] theirCosignature = [.. cosignature[..sizeof(long)].Span, .. theirs.GetProperty("mlDsa44").GetBytesFromBase64()];
        Assert.Equal(Time, cosigner.Verifier().Verify(text, theirCosignature)?.Timestamp);

        object Inclusion(int proven, int claimed) =>
            new
            {
                entry = Encoding.ASCII.GetBytes($"entry {claimed}"),
                index = claimed,
                hashes = Texts(hashes.Inclusion(proven).Hashes),
                size = Size,
                root = checkpoint.Root.ToString(),
            };
    }

    /// <summary>Texts of JSON: the golden event's data, and doubles of every size, each drawn from the same bits every time.</summary>
    private static string[] Json()
    {
        var random = new Random(8785);
        var doubles = Enumerable
            .Range(0, 20_000)
            .Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)))
            .Where(double.IsFinite);
        var decimals = Enumerable.Range(0, 5_000).Select(_ => Math.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-10, 25)), random.Next(0, 15)));
        return
        [
            LedgerFiles.GoldenJson("event.json").GetProperty("data").GetString()!,
            """{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":{"z":[],"a":{}},"":"\u0000\u001f\u007f\u2028\/"}""",
            JsonSerializer.Serialize(doubles.Concat(decimals)),
        ];
    }

    private static (string Skey, INoteSigner Signer) NewSigner(SignatureType type)
    {
        var key = Signatures.NewKey(KeyName.Parse(Keys.Origin).Value, type);
        return (key.Format(), Signatures.Signer(key).Value);
    }

    private static string[] Texts(IEnumerable<Digest> hashes) => [.. hashes.Select(h => h.ToString())];

    private static IEnumerable<bool> Booleans(JsonElement array) => array.EnumerateArray().Select(b => b.GetBoolean());

    private static IEnumerable<string[]> Proofs(JsonElement array) =>
        array
            .EnumerateArray()
            .Take(Places.Length)
            .Select(p => p.ValueKind == JsonValueKind.Null ? [] : p.EnumerateArray().Select(h => h.GetString()!).ToArray());
}
