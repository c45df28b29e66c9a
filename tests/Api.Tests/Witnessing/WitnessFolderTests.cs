using Cli.Witnessing;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Tiles;
using Domain.Ledger.Witnesses;
using EmbeddedPostgres;
using Signing;

namespace Api.Tests.Witnessing;

/// <summary>What a witness remembers, over crashes and against itself.</summary>
public sealed class WitnessFolderTests : IDisposable
{
    private const string Origin = "log.example/forecasts";

    private static readonly INoteSigner Log = Signer(Origin, SignatureType.Ed25519);
    private static readonly IReadOnlyList<INoteSigner> Witness =
    [
        Signer("witness.example/w1", SignatureType.Ed25519Cosignature),
        Signer("witness.example/w1", SignatureType.MlDsa44Cosignature),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-witness-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_checkpoint_is_remembered_though_its_answer_was_never_given()
    {
        // What was cosigned before a crash is on the disk, whether or not the answer went out.
        using (var before = Open())
            Assert.Equal(WitnessDecisionKind.Cosign, (await before.TakeAsync(Request(0, 9), default)).Decision.Kind);

        using var after = Open();
        var forked = await after.TakeAsync(Forked(9, 9), default);
        var late = await after.TakeAsync(Request(0, 9), default);
        var again = await after.TakeAsync(Request(9, 9), default);

        Assert.Equal((WitnessDecisionKind.Forked, 0), (forked.Decision.Kind, forked.Cosignatures.Count));
        Assert.Equal((WitnessDecisionKind.OtherSize, 9L), (late.Decision.Kind, late.Decision.KnownSize));
        Assert.Equal(2, again.Cosignatures.Count);
        var last = after.Last(WitnessPaths.Checkpoint(Origin))!;
        Assert.Equal(3, last.Note.Verify([.. Witness.Append(Log).Select(s => NoteKeys.Verifier(s.Key, Signatures.Algorithms))]).Value.Count);
        Assert.Null(after.Last(WitnessPaths.Checkpoint("another.example")));
    }

    [Fact]
    public async Task A_crash_while_the_file_was_written_leaves_the_one_before()
    {
        using (var before = Open())
            await before.TakeAsync(Request(0, 9), default);
        var file = Path.Combine(_folder, WitnessPaths.Checkpoint(Origin));
        await File.WriteAllTextAsync($"{file}.new", "half of a");

        using var after = Open();

        Assert.Equal(WitnessDecisionKind.NotProven, (await after.TakeAsync(Forked(9, 12), default)).Decision.Kind);
        Assert.Equal(WitnessDecisionKind.Cosign, (await after.TakeAsync(Request(9, 12), default)).Decision.Kind);
    }

    [Fact]
    public async Task A_memory_that_cannot_be_read_is_not_begun_anew()
    {
        using (var before = Open())
            await before.TakeAsync(Request(0, 9), default);
        await File.WriteAllTextAsync(Path.Combine(_folder, WitnessPaths.Checkpoint(Origin)), "nothing");

        Assert.Throws<StartException>(Open);
    }

    [Fact]
    public void Two_witnesses_do_not_work_in_one_folder()
    {
        using var first = Open();

        Assert.Throws<StartException>(Open);
    }

    [Fact]
    public async Task A_fork_is_kept_as_evidence()
    {
        using var witness = Open();
        await witness.TakeAsync(Request(0, 9), default);
        await witness.TakeAsync(Forked(9, 9), default);
        await witness.TakeAsync(Request(9, 12), default);

        var folder = Path.GetDirectoryName(Path.Combine(_folder, WitnessPaths.Checkpoint(Origin)))!;
        var (one, other) = (await Read("fork.checkpoint"), await Read("fork"));
        Assert.Equal((9L, 9L), (one.Checkpoint.Size, other.Checkpoint.Size));
        Assert.NotEqual(one.Checkpoint.Root, other.Checkpoint.Root);

        async Task<SignedCheckpoint> Read(string name)
        {
            var read = SignedCheckpoint.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, name))).Value;
            Assert.True(read.Note.Verify([NoteKeys.Verifier(Log.Key, Signatures.Algorithms)]).Is(out _, out _));
            return read;
        }
    }

    [Fact]
    public async Task Of_many_requests_at_once_no_two_that_do_not_continue_one_another_are_cosigned()
    {
        using var witness = Open();
        await witness.TakeAsync(Request(0, 9), default);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(i => Task.Run(() => witness.TakeAsync(i % 2 == 0 ? Request(9, 12) : Request(9, 12, from: 9), TestContext.Current.CancellationToken)))
        );

        var cosigned = Enumerable.Range(0, 40).Where(i => answers[i].Cosignatures.Count > 0).ToList();
        // Both trees begin with the nine leaves; whichever came first, the other is a fork.
        Assert.Single(cosigned);
        Assert.Contains(answers, a => a.Decision.Kind == WitnessDecisionKind.Forked);
        Assert.Contains(answers, a => a.Decision.Kind == WitnessDecisionKind.OtherSize);
    }

    private WitnessFolder Open() => WitnessFolder.Open(_folder, Witness, [Log.Key], Signatures.Algorithms, TimeProvider.System);

    /// <summary>A request whose tree has other leaves from an index on.</summary>
    private static AddCheckpointRequest Request(int old, int size, int from = int.MaxValue)
    {
        Digest[] leaves = [.. Enumerable.Range(0, size).Select(i => MerkleTree.LeafHash([(byte)i, (byte)(i < from ? 0 : 1)]))];
        var growth = TreeEdge.Empty.Append(leaves);
        var tiles = growth.Tiles.ToDictionary(t => t.Path, t => t.Tile);
        var proof = old == 0 ? [] : new TileHashes(size, p => tiles[p]).Consistency(old).Hashes;
        return new AddCheckpointRequest(old, proof, SignedCheckpoint.Sign(new Checkpoint(Origin, size, growth.Edge.Root()), [Log], 0));
    }

    private static AddCheckpointRequest Forked(int old, int size) => Request(old, size, from: 3);

    private static INoteSigner Signer(string name, SignatureType type) => Signatures.Signer(Signatures.NewKey(KeyName.Parse(name).Value, type)).Value;
}
