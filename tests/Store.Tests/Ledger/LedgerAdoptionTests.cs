using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Tiles;
using Store.Ledger;

namespace Store.Tests.Ledger;

/// <summary>A database that was restored takes over what its copy has.</summary>
public sealed class LedgerAdoptionTests : IAsyncLifetime
{
    private static readonly string[] Tables = ["mt_events", "ledger_entries", "ledger_tiles", "ledger_checkpoints", "ledger_tree", "ledger_keys"];

    private KeptLog _log = null!;

    public async ValueTask InitializeAsync() => _log = await KeptLog.CreateAsync();

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restored_database_is_refused_until_it_has_adopted_the_end_of_the_copy_and_then_goes_on_with_the_same_log()
    {
        await _log.RecordAsync("ana", 300);
        await _log.ExtendAsync();
        // Recorded before the backup, and logged only after it.
        await _log.RecordAsync("ben", 40);
        foreach (var table in Tables)
            await _log.ExecuteAsync($"create table kept_{table} as table forecasts.{table}");
        await _log.RecordAsync("cem", 260);
        await _log.ExtendAsync();
        var copy = await CopyAsync();
        await RestoreAsync();
        await _log.RecordAsync("dan", 5);

        var sequencer = _log.Sequencer(copy);
        Assert.NotNull((await sequencer.ExtendAsync(Token)).Refusal);
        var adopted = (await new LedgerAdoption(_log.Test.Source).AdoptAsync(copy.Checkpoint, p => Task.FromResult(copy.Bundles[p]), Token))!;
        Assert.Equal(new Adopted(300, 600, 260), adopted);
        await _log.ExtendAsync(sequencer);

        var verdict = await _log.VerifyAsync();
        Assert.Equal(605, verdict.Size);
        Assert.Equal((260, 40), (verdict.Count, verdict.Unopened));
        Assert.All(verdict.Mismatches, m => Assert.Equal(MismatchKind.Removed, m.Kind));
        // The tree continues the one that was kept outside.
        var bundles = await Task.WhenAll(
            EntryBundlePath.Touched(0, 605).Select(async p => EntryBundle.Parse((await _log.Reader.BundleAsync(p, Token))!, p.Width).Value)
        );
        var hashes = bundles.SelectMany(b => b.Entries).Select(e => MerkleTree.LeafHash(e.Span)).ToArray();
        Assert.Equal(copy.Checkpoint.Checkpoint.Root, MerkleTree.Root(hashes.AsSpan(0, 600)));
        Assert.Equal(verdict.RootHash, MerkleTree.Root(hashes).ToString());
    }

    [Fact]
    public async Task A_copy_that_does_not_continue_the_log_is_not_adopted()
    {
        await _log.RecordAsync("ana", 10);
        foreach (var table in Tables)
            await _log.ExecuteAsync($"create table kept_{table} as table forecasts.{table}");
        await _log.ExtendAsync();
        var copy = await CopyAsync();
        await RestoreAsync();
        // The leaves are made again, with other salts.
        await _log.ExecuteAsync("delete from forecasts.mt_events where seq_id > 9");
        await _log.ExtendAsync();

        await Assert.ThrowsAsync<DamagedLogException>(() =>
            new LedgerAdoption(_log.Test.Source).AdoptAsync(copy.Checkpoint, p => Task.FromResult(copy.Bundles[p]), Token)
        );

        Assert.Equal(9, (await _log.Reader.LogAsync(Token))!.Size);
        Assert.Equal([], (await _log.VerifyAsync()).Mismatches);
    }

    private async Task RestoreAsync()
    {
        foreach (var table in Tables)
            await _log.ExecuteAsync($"delete from forecasts.{table}; insert into forecasts.{table} select * from kept_{table}");
        await _log.ExecuteAsync("select setval('forecasts.mt_events_sequence', (select max(seq_id) from forecasts.mt_events))");
    }

    private async Task<Copy> CopyAsync()
    {
        var checkpoint = SignedCheckpoint.Parse(System.Text.Encoding.UTF8.GetBytes((await _log.Reader.CheckpointAsync(Token))!)).Value;
        var bundles = new Dictionary<EntryBundlePath, EntryBundle>();
        foreach (var path in EntryBundlePath.Touched(0, checkpoint.Checkpoint.Size))
            bundles[path] = EntryBundle.Parse((await _log.Reader.BundleAsync(path, Token))!, path.Width).Value;
        return new Copy(checkpoint, bundles);
    }

    private sealed record Copy(SignedCheckpoint Checkpoint, IReadOnlyDictionary<EntryBundlePath, EntryBundle> Bundles) : ILogCopy
    {
        public string Place => "The copy";

        public Task<LogHead?> HeadAsync(CancellationToken token) =>
            Task.FromResult<LogHead?>(new LogHead(Checkpoint.Checkpoint.Origin, Checkpoint.Checkpoint.Size, Checkpoint.Checkpoint.Root));
    }
}
