using Domain.Ledger.Checkpoints;
using Domain.Ledger.Leaves;
using Domain.Ledger.Merkle;
using Domain.Ledger.Tiles;
using Npgsql;
using Signing;
using Store.Ledger;

namespace Store.Tests.Ledger;

/// <summary>Each event gets one leaf, in order, whoever tries at the same time.</summary>
public sealed class LedgerSequencerTests : IAsyncLifetime
{
    private KeptLog _log = null!;

    public async ValueTask InitializeAsync() => _log = await KeptLog.CreateAsync();

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_event_gets_one_leaf_in_the_order_of_the_events_over_gaps_and_restarts()
    {
        for (var i = 0; i < 12; i++)
        {
            await _log.RecordAsync($"f{i}", 1 + (i * 7), commits: i % 3 != 2);
            if (i % 2 == 0)
                await _log.ExtendAsync();
        }

        await _log.ExtendAsync();

        await HasOneLeafForEachEventAsync();
        Assert.Equal([], (await _log.VerifyAsync()).Mismatches);
    }

    [Fact]
    public async Task A_copy_whose_checkpoint_does_not_hold_is_told_from_one_that_has_none()
    {
        await _log.RecordAsync("ana", 3);
        await _log.ExtendAsync();
        var early = System.Text.Encoding.UTF8.GetBytes((await _log.Reader.CheckpointAsync(Token))!);
        await _log.RecordAsync("ben", 2);
        await _log.ExtendAsync();
        var last = System.Text.Encoding.UTF8.GetBytes((await _log.Reader.CheckpointAsync(Token))!);
        var ofOther = SignedCheckpoint.Sign(SignedCheckpoint.Parse(last).Value.Checkpoint with { Origin = "log.example/other" }, [_log.Signers.Ed25519], 0);

        foreach (
            var (checkpoint, extent, said) in new (byte[]?, CopyExtent, string?)[]
            {
                (last, new(true, 5), null),
                (early, new(true, 3), null),
                (null, new(false, null), null),
                ([.. last[..^1], (byte)(last[^1] ^ 1)], new(true, null), "The file checkpoint"),
                ("no checkpoint"u8.ToArray(), new(true, null), "is no checkpoint"),
                (ofOther.Format(), new(true, null), "The file checkpoint"),
            }
        )
        {
            var verdict = await _log.VerifyAsync(new OnlyCheckpoint(checkpoint));
            Assert.Equal(extent, verdict.Copied);
            if (said is not null)
                Assert.Contains(said, Assert.Single(verdict.Mismatches).What, StringComparison.Ordinal);
        }
    }

    /// <summary>A copy that has lost all but its checkpoint.</summary>
    private sealed class OnlyCheckpoint(byte[]? checkpoint) : ILogFiles
    {
        public string Place => "a folder";

        public Task<byte[]?> ReadAsync(string path, CancellationToken token) => Task.FromResult(path == ILogFiles.CheckpointName ? checkpoint : null);
    }

    [Fact]
    public async Task A_store_that_is_older_than_the_log_is_taken_in_by_batches()
    {
        await _log.RecordAsync("ana", (2 * LedgerSequencer.MostLeaves) + 100);
        var sequencer = _log.Sequencer();

        var first = await sequencer.ExtendAsync(Token);
        Assert.Equal((true, LedgerSequencer.MostLeaves), (first.HasMore, first.Leaves));
        await _log.ExtendAsync(sequencer);

        await HasOneLeafForEachEventAsync();
        var verdict = await _log.VerifyAsync();
        Assert.Equal([], verdict.Mismatches);
        Assert.Equal((2 * LedgerSequencer.MostLeaves) + 100, verdict.Size);
    }

    [Fact]
    public async Task A_number_that_is_still_to_come_holds_the_log_until_it_has_come()
    {
        await _log.RecordAsync("ana", 3);
        await using var connection = await _log.Test.Source.OpenConnectionAsync();
        await using var writing = await connection.BeginTransactionAsync();
        await using (var draw = new NpgsqlCommand("select nextval('forecasts.mt_events_sequence')", connection, writing))
            await draw.ExecuteScalarAsync();
        await _log.RecordAsync("ben", 3);
        var sequencer = _log.Sequencer();

        await _log.ExtendAsync(sequencer);
        await _log.ExtendAsync(sequencer);
        Assert.Equal(3, (await _log.Reader.LogAsync(Token))!.Size);
        await writing.RollbackAsync();
        await _log.ExtendAsync(sequencer);

        Assert.Equal(6, (await _log.Reader.LogAsync(Token))!.Size);
        await HasOneLeafForEachEventAsync();
    }

    [Fact]
    public async Task Tombstones_get_no_leaf_and_none_is_missed_where_they_come_late()
    {
        await _log.RecordAsync("ana", 3, commits: false);
        await _log.RecordAsync("ben", 3);
        await _log.RecordAsync("cem", 2, commits: false);
        await _log.RecordAsync("dee", 1);
        await BuryAsync(8);
        await _log.ExtendAsync();
        Assert.Equal(4, (await _log.Reader.LogAsync(Token))!.Size);

        // A commit whose connection broke is marked whenever the event store gets to it, long after the log has passed its numbers.
        await BuryAsync(2);
        await BuryAsync(7);
        await _log.RecordAsync("eve", 2);
        await _log.ExtendAsync();

        var verdict = await _log.VerifyAsync();
        Assert.Equal([], verdict.Mismatches);
        Assert.Equal(6, verdict.Size);
        Assert.Equal(3, await _log.Test.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events where type = 'tombstone'"));
    }

    [Fact]
    public async Task Several_at_once_make_one_log()
    {
        using var isDone = new CancellationTokenSource();
        async Task Extend(LedgerSequencer sequencer)
        {
            while (!isDone.IsCancellationRequested)
            {
                try
                {
                    await sequencer.ExtendAsync(Token);
                }
                catch (LogMovedException)
                {
                    sequencer.Forget();
                }

                await Task.Yield();
            }
        }

        var extending = Enumerable.Range(0, 4).Select(_ => Task.Run(() => Extend(_log.Sequencer()))).ToList();
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(async writer =>
                {
                    for (var i = 0; i < 20; i++)
                        await _log.RecordAsync($"w{writer}-{i}", 1 + ((writer + i) % 9), commits: (writer + i) % 5 != 0);
                })
        );
        await Samples.Patience.UntilAsync(async () =>
            await _log.Test.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events")
            == await _log.Test.Database.ScalarAsync<long>("select count(*) from forecasts.ledger_entries")
        );
        await isDone.CancelAsync();
        await Task.WhenAll(extending);

        await HasOneLeafForEachEventAsync();
        Assert.Equal([], (await _log.VerifyAsync()).Mismatches);
    }

    [Fact]
    public async Task A_process_that_was_paused_while_another_went_on_appends_nothing()
    {
        await _log.RecordAsync("ana", 5);
        var paused = _log.Sequencer();
        await _log.ExtendAsync(paused);
        await _log.RecordAsync("ben", 5);
        await _log.ExtendAsync();

        // It still takes the tree to have five leaves.
        Assert.Equal(0, (await paused.ExtendAsync(Token)).Leaves);
        await _log.RecordAsync("cem", 5);
        await _log.ExtendAsync(paused);

        await HasOneLeafForEachEventAsync();
        Assert.Equal([], (await _log.VerifyAsync()).Mismatches);
    }

    [Fact]
    public async Task What_fails_before_its_commit_leaves_nothing_behind()
    {
        await _log.RecordAsync("ana", 300);
        await _log.ExecuteAsync("alter table forecasts.ledger_checkpoints add constraint none check (size < 0)");
        var sequencer = _log.Sequencer();
        await Assert.ThrowsAsync<PostgresException>(() => sequencer.ExtendAsync(Token));
        sequencer.Forget();
        Assert.Equal(0, await _log.Test.Database.ScalarAsync<long>("select count(*) from forecasts.ledger_entries"));
        Assert.Equal(0, await _log.Test.Database.ScalarAsync<long>("select count(*) from forecasts.ledger_tiles"));

        await _log.ExecuteAsync("alter table forecasts.ledger_checkpoints drop constraint none");
        await _log.ExtendAsync(sequencer);

        Assert.Equal([], (await _log.VerifyAsync()).Mismatches);
        await HasOneLeafForEachEventAsync();
    }

    [Fact]
    public async Task Every_checkpoint_is_signed_by_Ed25519_and_one_a_minute_by_ML_DSA_too()
    {
        var clock = new MovedClock();
        var sequencer = _log.Sequencer(clock);
        await _log.RecordAsync("ana", 1);
        await _log.ExtendAsync(sequencer);
        Assert.Equal(2, await SignaturesAsync());
        await _log.RecordAsync("ben", 1);
        await _log.ExtendAsync(sequencer);
        Assert.Equal(1, await SignaturesAsync());

        clock.Now += LedgerSequencer.LongestWithoutMlDsa;
        await _log.ExtendAsync(sequencer);

        Assert.Equal(2, await SignaturesAsync());
        clock.Now += LedgerSequencer.LongestWithoutMlDsa;
        var before = await _log.Reader.CheckpointAsync(Token);
        await _log.ExtendAsync(sequencer);
        Assert.Equal(before, await _log.Reader.CheckpointAsync(Token));
    }

    [Fact]
    public async Task A_database_that_is_behind_a_copy_is_not_signed_and_neither_is_one_that_differs()
    {
        await _log.RecordAsync("ana", 10);
        await _log.ExtendAsync();
        var last = SignedCheckpoint.Parse(System.Text.Encoding.UTF8.GetBytes((await _log.Reader.CheckpointAsync(Token))!)).Value.Checkpoint;
        var head = new LogHead(last.Origin, last.Size, last.Root);
        await _log.RecordAsync("ben", 1);

        var refused = await _log.Sequencer(new Copy(head with { Size = 11 })).ExtendAsync(Token);
        Assert.Contains("has 11 leaves, and the database has 10", refused.Refusal, StringComparison.Ordinal);
        Assert.Equal(refused.Refusal, (await _log.Reader.LogAsync(Token))!.Refusal);
        var differs = await _log.Sequencer(new Copy(head with { Root = MerkleTree.EmptyRoot })).ExtendAsync(Token);
        Assert.Contains("forked", differs.Refusal, StringComparison.Ordinal);
        var other = await _log.Sequencer(new Copy(head with { Origin = "another" })).ExtendAsync(Token);
        Assert.Contains("another log", other.Refusal, StringComparison.Ordinal);
        // A witness tells its size alone, or that its tree is another one.
        var behind = await _log.Sequencer(new Copy(head with { Size = 11, Root = null })).ExtendAsync(Token);
        Assert.Contains("has 11 leaves, and the database has 10", behind.Refusal, StringComparison.Ordinal);
        var contradicted = await _log.Sequencer(new Copy(head with { Size = 5, Root = null, IsForked = true })).ExtendAsync(Token);
        Assert.Contains("forked", contradicted.Refusal, StringComparison.Ordinal);
        Assert.Equal(10, (await _log.Reader.LogAsync(Token))!.Size);

        Assert.Equal(1, await _log.ExtendAsync(_log.Sequencer(new Copy(head), new Copy(head with { Root = null }))));
        Assert.Null((await _log.Reader.LogAsync(Token))!.Refusal);
    }

    [Fact]
    public async Task A_leaf_shows_nothing_of_what_it_commits_to_though_all_probabilities_and_names_are_tried()
    {
        await _log.RecordAsync("ana", 99);
        await _log.ExtendAsync();
        var id = await _log.Test.Database.ScalarAsync<Guid>("select id from forecasts.mt_events order by seq_id limit 1");
        var kept = (await _log.Reader.LeafAsync(id, Token))!;
        var opened = (await _log.Reader.OpenAsync(kept, Token))!;
        Assert.Empty(opened.Mismatches());

        var zero = new Salt(new byte[Salt.Length]);
        var stream = opened.Stream!.Value.Span.ToArray();
        Assert.False(opened.Leaf.Stream.IsOpenedBy(CommittedField.Stream, zero, stream));
        var shown = System.Text.Encoding.UTF8.GetString(kept.Entry);
        Assert.DoesNotContain("ana", shown, StringComparison.Ordinal);
        for (var percent = 1; percent < 100; percent++)
        {
            var data = System.Text.Encoding.UTF8.GetString(opened.Data!.Value.Span);
            var tried = System.Text.Encoding.UTF8.GetBytes(data.Replace("0.01", (percent / 100.0).ToString(System.Globalization.CultureInfo.InvariantCulture)));
            Assert.False(opened.Leaf.Data.IsOpenedBy(CommittedField.Data, zero, tried));
            Assert.NotEqual(opened.Leaf.Data.Hash, new Digest(System.Security.Cryptography.SHA256.HashData(tried)));
        }

        // The same forecast made again has other commitments.
        Assert.Equal(99 * 6L, await _log.Test.Database.ScalarAsync<long>(Distinct));
    }

    private const string Distinct = """
        select count(distinct substr(salts, 1 + 32 * i, 32)) from forecasts.ledger_entries, generate_series(0, 5) as i
        """;

    [Fact]
    public async Task Proofs_of_every_leaf_hold_in_the_last_checkpoint_and_the_tiles_are_those_of_the_tree()
    {
        await _log.RecordAsync("ana", 700);
        await _log.ExtendAsync();
        var checkpoint = SignedCheckpoint.Parse(System.Text.Encoding.UTF8.GetBytes((await _log.Reader.CheckpointAsync(Token))!)).Value;
        var verifier = NoteKeys.Verifier(_log.Signers.Ed25519.Key, Signatures.Algorithms);
        Assert.True(checkpoint.Note.Verify([verifier]).Is(out _, out _));
        Assert.Equal(700, checkpoint.Checkpoint.Size);

        var bundle = (await _log.Reader.BundleAsync(new EntryBundlePath(2, 188), Token))!;
        var entries = EntryBundle.Parse(bundle, 188).Value.Entries;
        foreach (var index in new[] { 512L, 600, 699 })
        {
            var proof = await _log.Reader.InclusionAsync(index, 700, Token);
            Assert.True(proof.Verifies(MerkleTree.LeafHash(entries[(int)index - 512].Span), checkpoint.Checkpoint.Root));
        }

        Assert.Equal(17 * Digest.Length, (await _log.Reader.TileAsync(new TilePath(0, 2, 17), Token))!.Length);
        Assert.Null(await _log.Reader.TileAsync(new TilePath(0, 2, 256), Token));
        Assert.Null(await _log.Reader.BundleAsync(new EntryBundlePath(2, 189), Token));
    }

    // As the event store does: in the stream of tombstones, whose versions are their numbers.
    private Task<int> BuryAsync(long sequence) =>
        _log.ExecuteAsync(
            $$"""
            insert into forecasts.mt_streams (id, version) values ('mt_tombstone', 0) on conflict do nothing;
            insert into forecasts.mt_events (seq_id, id, stream_id, version, data, type, mt_dotnet_type)
            values ({{sequence}}, gen_random_uuid(), 'mt_tombstone', {{sequence}}, '{}', 'tombstone', 'JasperFx.Events.Tombstone, JasperFx.Events')
            """
        );

    private async Task<int> SignaturesAsync() =>
        SignedCheckpoint.Parse(System.Text.Encoding.UTF8.GetBytes((await _log.Reader.CheckpointAsync(Token))!)).Value.Note.Signatures.Count;

    private async Task HasOneLeafForEachEventAsync() =>
        Assert.Equal(
            0,
            await _log.Test.Database.ScalarAsync<long>(
                """
                select count(*) from (select row_number() over (order by seq_id) - 1 as number, seq_id, id from forecasts.mt_events) e
                full join forecasts.ledger_entries n on n.number = e.number
                where (e.seq_id, e.id) is distinct from (n.sequence, n.event_id)
                """
            )
        );

    private sealed class Copy(LogHead head) : ILogCopy
    {
        public string Place => "The copy";

        public Task<LogHead?> HeadAsync(CancellationToken token) => Task.FromResult<LogHead?>(head);
    }

    private sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
