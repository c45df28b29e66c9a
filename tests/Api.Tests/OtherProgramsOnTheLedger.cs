using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Proofs;
using Domain.Ledger.Tiles;
using Domain.Tests.Ledger.OtherPrograms;
using Samples;
using Signing;

namespace Api.Tests;

/// <summary>Programs that others wrote read the ledger of a running service, by its addresses alone.</summary>
public sealed class OtherProgramsOnTheLedger(LoggedApi api) : IClassFixture<LoggedApi>
{
    private const int Forecasts = 300;

    [Fact]
    public async Task Go_takes_the_checkpoint_the_entries_and_the_proofs_of_a_running_service()
    {
        var log = await ReadAsync();
        var id = await api.ScalarAsync<Guid>("select event_id from forecasts.ledger_entries where number = 7");
        var served = TlogProof.Parse(await BytesAsync($"/audit/events/{id}/proof")).Value;
        Assert.Equal(log.Checkpoint.Checkpoint.Size, served.Checkpoint.Checkpoint.Size);
        long[] places = [0, 255, 256, log.Entries.Count - 1];
        var own = Signatures.NewKey(KeyName.Parse("other.example").Value, SignatureType.Ed25519);

        var answer = OtherProgram.AskGo(
            new
            {
                Note = log.Checkpoint.ToString(),
                Vkey = log.Key(SignatureType.Ed25519).ToString(),
                Skey = own.Format(),
                Text = log.Checkpoint.Note.Text,
                log.Checkpoint.Checkpoint.Size,
                Root = log.Checkpoint.Checkpoint.Root.ToString(),
                Leaves = log.Entries.Select(e => MerkleTree.LeafHash(e).ToString()),
                Inclusion = places
                    .Select(i => new { Index = i, Hashes = log.Hashes.Inclusion(i).Hashes.Select(h => h.ToString()) })
                    .Append(new { served.Index, Hashes = served.Hashes.Select(h => h.ToString()) }),
                Consistency = places.Where(i => i > 0).Select(i => new { Index = i, Hashes = log.Hashes.Consistency(i).Hashes.Select(h => h.ToString()) }),
                EarlierRoots = places
                    .Where(i => i > 0)
                    .Select(i => MerkleTree.Root([.. log.Entries.Take((int)i).Select(e => MerkleTree.LeafHash(e))]).ToString()),
                log.Entries,
            }
        );

        Assert.True(answer.GetProperty("Note").GetBoolean());
        Assert.Equal(log.Checkpoint.Checkpoint.Root.ToString(), answer.GetProperty("TheirRoot").GetString());
        Assert.All(answer.GetProperty("Inclusion").EnumerateArray(), held => Assert.True(held.GetBoolean()));
        Assert.All(answer.GetProperty("Consistency").EnumerateArray(), held => Assert.True(held.GetBoolean()));
        Assert.Equal(places.Length + 1, answer.GetProperty("Inclusion").GetArrayLength());
    }

    [Fact]
    public async Task Packages_of_JavaScript_take_both_signatures_the_proofs_and_the_spelling_of_a_running_service()
    {
        var log = await ReadAsync();
        var head = log.Checkpoint.Checkpoint;
        var (ed25519, mlDsa44) = (log.Key(SignatureType.Ed25519), log.Key(SignatureType.MlDsa44Cosignature));
        var cosignature = log.SignatureBy(mlDsa44);
        object Inclusion(long proven, long claimed) =>
            new
            {
                entry = log.Entries[(int)claimed],
                index = claimed,
                hashes = log.Hashes.Inclusion(proven).Hashes.Select(h => h.ToString()),
                size = head.Size,
                root = head.Root.ToString(),
            };

        var json = log.Entries.Select(Encoding.UTF8.GetString).ToList();
        var answer = OtherProgram.AskNode(
            new
            {
                seed = new byte[SignerKey.SeedLength],
                ed25519 = new
                {
                    text = log.Checkpoint.Note.Text,
                    publicKey = ed25519.PublicKey,
                    signature = log.SignatureBy(ed25519),
                },
                mlDsa44 = new
                {
                    name = mlDsa44.Name.Value,
                    timestamp = BinaryPrimitives.ReadInt64BigEndian(cosignature),
                    origin = head.Origin,
                    size = head.Size,
                    root = head.Root.ToString(),
                    publicKey = mlDsa44.PublicKey,
                    signature = cosignature.AsMemory(sizeof(long)),
                },
                inclusion = new[] { Inclusion(0, 0), Inclusion(256, 256), Inclusion(log.Entries.Count - 1, log.Entries.Count - 1), Inclusion(1, 2) },
                json,
            }
        );

        Assert.True(answer.GetProperty("ed25519").GetBoolean());
        Assert.True(answer.GetProperty("mlDsa44").GetBoolean());
        Assert.Equal([true, true, true, false], answer.GetProperty("inclusion").EnumerateArray().Select(i => i.GetBoolean()));
        Assert.Equal(json, answer.GetProperty("canonical").EnumerateArray().Select(c => c.GetString()!));
    }

    /// <summary>Reads the whole log over HTTP, once its last checkpoint has both signatures.</summary>
    private async Task<ReadLog> ReadAsync()
    {
        if (await api.ScalarAsync<long>("select count(*) from forecasts.mt_events where stream_id = 'question/others'") == 0)
        {
            await api.OpenQuestionAsync("others");
            for (var i = 0; i < Forecasts; i++)
                (await api.Owner.PutAsJsonAsync("/questions/others/forecast", new { probability = (1 + (i % 99)) / 100.0 })).EnsureSuccessStatusCode();
        }

        SignedCheckpoint? checkpoint = null;
        await Patience.UntilAsync(async () =>
        {
            checkpoint = SignedCheckpoint.Parse(await BytesAsync("/audit/ledger/checkpoint")).Value;
            return checkpoint.Checkpoint.Size > Forecasts && checkpoint.Note.Signatures.Count == 2;
        });
        var size = checkpoint!.Checkpoint.Size;
        var entries = new List<byte[]>();
        foreach (var path in EntryBundlePath.Touched(0, size))
            entries.AddRange(EntryBundle.Parse(await BytesAsync($"/audit/ledger/{path}"), path.Width).Value.Entries.Select(e => e.ToArray()));
        var tiles = new Dictionary<TilePath, HashTile>();
        foreach (var path in TilePath.OfTree(size))
            tiles[path] = HashTile.Parse(await BytesAsync($"/audit/ledger/{path}"), path.Width).Value;
        var keys = Encoding.UTF8.GetString(await BytesAsync("/audit/ledger/keys")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new ReadLog(checkpoint, entries, new TileHashes(size, p => tiles[p]), [.. keys.Select(k => VerifierKey.Parse(k.Split(' ')[0]).Value)]);
    }

    private async Task<byte[]> BytesAsync(string path)
    {
        using var response = await api.Owner.GetAsync(new Uri(path, UriKind.Relative));
        Assert.True(response.IsSuccessStatusCode, string.Create(CultureInfo.InvariantCulture, $"{path}: {(int)response.StatusCode}"));
        return await response.Content.ReadAsByteArrayAsync();
    }

    private sealed record ReadLog(SignedCheckpoint Checkpoint, IReadOnlyList<byte[]> Entries, TileHashes Hashes, IReadOnlyList<VerifierKey> Keys)
    {
        public VerifierKey Key(SignatureType type) => Keys.Single(k => k.Type == type);

        public byte[] SignatureBy(VerifierKey key) => Checkpoint.Note.Signatures.Single(s => s.KeyId == key.Id).Signature.ToArray();
    }
}
