using System.Globalization;
using Store.Ledger;

namespace Store.Tests.Ledger;

/// <summary>What was changed past the product is named by the verification.</summary>
public sealed class TamperingTests : IAsyncLifetime
{
    private const int Events = 600;

    private static readonly string[] Tables = ["mt_events", "ledger_entries", "ledger_tiles", "ledger_checkpoints", "ledger_tree", "ledger_keys"];

    /// <summary>What somebody who can write to the database may do to the event or leaf at a place, and how it is named.</summary>
    private static readonly (string What, string Sql, MismatchKind Kind, string Said)[] OnEvents =
    [
        (
            "a probability",
            "update forecasts.mt_events set data = jsonb_set(data, '{statement,probability}', '0.995') where seq_id = @",
            MismatchKind.Changed,
            "data"
        ),
        ("a reason", "update forecasts.mt_events set data = jsonb_set(data, '{rationale}', '\"Another.\"') where seq_id = @", MismatchKind.Changed, "text[2]"),
        ("a reason left out", "update forecasts.mt_events set data = data - 'rationale' where seq_id = @", MismatchKind.Changed, "data, text[2]"),
        ("a field more", "update forecasts.mt_events set data = data || '{\"more\":1}' where seq_id = @", MismatchKind.Changed, "data"),
        ("the actor", "update forecasts.mt_events set user_name = 'eve' where seq_id = @", MismatchKind.Changed, "actor"),
        ("no actor", "update forecasts.mt_events set user_name = null where seq_id = @", MismatchKind.Changed, "actor"),
        ("the type", "update forecasts.mt_events set type = 'forecast_withdrawn' where seq_id = @", MismatchKind.Changed, "type"),
        ("the version", "update forecasts.mt_events set version = version + 100000 where seq_id = @", MismatchKind.Changed, "version"),
        (
            "the stream",
            "update forecasts.mt_events set version = version + 100000, stream_id = (select min(id) from forecasts.mt_streams s where s.id <> stream_id) "
                + "where seq_id = @",
            MismatchKind.Changed,
            "stream, version"
        ),
        ("the time", "update forecasts.mt_events set timestamp = timestamp - interval '1 microsecond' where seq_id = @", MismatchKind.BackDated, "recorded at"),
        ("gone", "delete from forecasts.mt_events where seq_id = @", MismatchKind.Removed, "gone"),
        (
            "elsewhere",
            "update forecasts.mt_events set seq_id = (select g from generate_series(1, 100000) g where g not in (select seq_id from forecasts.mt_events) "
                + "limit 1) where seq_id = @",
            MismatchKind.Reordered,
            "logged at the place"
        ),
        ("its id", "update forecasts.mt_events set id = gen_random_uuid() where seq_id = @", MismatchKind.Removed, "gone"),
        ("the salts", "update forecasts.ledger_entries set salts = decode(repeat('11', 192), 'hex') where sequence = @", MismatchKind.Changed, "stream, actor"),
        (
            "one salt",
            "update forecasts.ledger_entries set salts = set_byte(salts, 40, 255 - get_byte(salts, 40)) where sequence = @",
            MismatchKind.Changed,
            "actor"
        ),
        ("too few salts", "update forecasts.ledger_entries set salts = substr(salts, 1, 64) where sequence = @", MismatchKind.Changed, "belong together"),
        (
            "the leaf",
            "update forecasts.ledger_entries set entry = set_byte(entry, 12, 255 - get_byte(entry, 12)) where sequence = @",
            MismatchKind.Leaf,
            "tree"
        ),
        ("no leaf", "delete from forecasts.ledger_entries where sequence = @", MismatchKind.Inserted, "never logged"),
    ];

    private static readonly (string What, string Sql, MismatchKind Kind, string Said)[] OnTheLog =
    [
        (
            "a hash",
            "update forecasts.ledger_tiles set hashes = set_byte(hashes, 3, 255 - get_byte(hashes, 3)) where level = 0 and number = 1",
            MismatchKind.Leaf,
            "tree"
        ),
        (
            "a hash above",
            "update forecasts.ledger_tiles set hashes = set_byte(hashes, 3, 255 - get_byte(hashes, 3)) where level = 1",
            MismatchKind.Tile,
            "tile/1/000"
        ),
        ("no tile", "delete from forecasts.ledger_tiles where level = 0 and number = 1", MismatchKind.Tile, "tile/0/001 is missing"),
        ("no tile above", "delete from forecasts.ledger_tiles where level = 1", MismatchKind.Tile, "tile/1/000"),
        ("another size", "update forecasts.ledger_checkpoints set note = replace(note, E'\\n600\\n', E'\\n599\\n')", MismatchKind.Checkpoint, "does not hold"),
        ("no checkpoint", "delete from forecasts.ledger_checkpoints", MismatchKind.Checkpoint, "is missing"),
        ("a text that is none", "update forecasts.ledger_checkpoints set note = 'none'", MismatchKind.Checkpoint, "600"),
        (
            "a signature by another key",
            "delete from forecasts.ledger_keys; update forecasts.ledger_checkpoints set note = replace(note, E'\\n\\n— ', E'\\n\\n— x')",
            MismatchKind.Checkpoint,
            "No trusted key has signed this"
        ),
        (
            "a later checkpoint",
            "insert into forecasts.ledger_checkpoints select 601, signed_at, false, note from forecasts.ledger_checkpoints where size = 600",
            MismatchKind.Checkpoint,
            "601"
        ),
        (
            "an event more",
            "insert into forecasts.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, is_archived) select 205, gen_random_uuid(), "
                + "stream_id, 99999, data, type, timestamp, tenant_id, false from forecasts.mt_events where seq_id = 1",
            MismatchKind.Inserted,
            "never logged"
        ),
    ];

    private KeptLog _log = null!;

    public async ValueTask InitializeAsync()
    {
        _log = await KeptLog.CreateAsync();
        await _log.RecordAsync("ana", 200);
        await _log.RecordAsync("lost", 10, commits: false);
        await _log.RecordAsync("ben", Events - 200);
        await _log.ExtendAsync();
        foreach (var table in Tables)
            await _log.ExecuteAsync($"create table kept_{table} as table forecasts.{table}");
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task Every_kind_of_change_to_an_event_or_its_leaf_is_named_and_nothing_else()
    {
        foreach (var (what, sql, kind, said) in OnEvents)
            await IsNamedAsync(what, sql, kind, said, sequence: 300);
    }

    [Fact]
    public async Task Every_kind_of_change_to_the_log_itself_is_named()
    {
        foreach (var (what, sql, kind, said) in OnTheLog)
        {
            await _log.ExecuteAsync(sql);
            var verdict = await _log.VerifyAsync();
            Assert.True(verdict.Mismatches.Any(m => m.Kind == kind && m.What.Contains(said, StringComparison.Ordinal)), $"{what}: {Words(verdict)}");
            await RestoreAsync();
        }

        Assert.Equal([], (await _log.VerifyAsync()).Mismatches);
    }

    [Fact]
    public async Task Two_events_that_changed_places_are_both_named()
    {
        await _log.ExecuteAsync(
            """
            update forecasts.mt_events set seq_id = -1 where seq_id = 20;
            update forecasts.mt_events set seq_id = 20 where seq_id = 500;
            update forecasts.mt_events set seq_id = 500 where seq_id = -1;
            """
        );

        var verdict = await _log.VerifyAsync();

        Assert.Equal([20L, 500L], verdict.Mismatches.Select(m => m.Sequence!.Value).Order());
        Assert.All(verdict.Mismatches, m => Assert.Equal(MismatchKind.Reordered, m.Kind));
        await RestoreAsync();
    }

    /// <remarks>
    /// FORECASTS_TAMPERING_TRIALS says how many changes are tried, in place of 40; FORECASTS_TAMPERING_SEED replays a run. What was tried is written to the
    /// test's output.
    /// </remarks>
    [Fact]
    public async Task Changes_of_any_kind_at_any_place_are_named()
    {
        var seed = Set("SEED") ?? Random.Shared.Next();
        var trials = Set("TRIALS") ?? 40;
        var random = new Random(seed);
        var tried = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var trial = 0; trial < trials; trial++)
        {
            var (what, sql, kind, said) = OnEvents[random.Next(OnEvents.Length)];
            // Ten numbers were lost.
            var place = 1 + random.Next(Events);
            var sequence = place <= 200 ? place : place + 10;
            await IsNamedAsync($"seed {seed}, trial {trial}: {what} at {sequence}", sql, kind, said, sequence);
            tried[what] = tried.GetValueOrDefault(what) + 1;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"seed {seed}: {trials} changes, each named: {string.Join(", ", tried.Select(t => $"{t.Value} of {t.Key}"))}"
        );

        static int? Set(string name) =>
            int.TryParse(Environment.GetEnvironmentVariable($"FORECASTS_TAMPERING_{name}"), CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    [Fact]
    public async Task What_is_recorded_while_the_log_is_looked_through_is_no_mismatch()
    {
        await _log.RecordAsync("cem", 5);

        var verdict = await _log.VerifyAsync();

        Assert.Equal((Events, 0), (verdict.Size, verdict.Count));
    }

    private async Task IsNamedAsync(string what, string sql, MismatchKind kind, string said, int sequence)
    {
        var id = await _log.Test.Database.ScalarAsync<Guid>($"select event_id from forecasts.ledger_entries where sequence = {sequence}");
        await _log.ExecuteAsync(sql.Replace("@", sequence.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        var verdict = await _log.VerifyAsync();
        Assert.True(
            verdict.Mismatches.Any(m => m.Kind == kind && m.What.Contains(said, StringComparison.Ordinal) && m.EventId == id),
            $"{what}: {Words(verdict)}"
        );
        // An event that has lost its id, or its leaf, is two things that do not fit; so is a leaf that no longer opens.
        Assert.True(verdict.Count <= 2, $"{what}: {Words(verdict)}");
        await RestoreAsync();
    }

    private async Task RestoreAsync()
    {
        foreach (var table in Tables)
            await _log.ExecuteAsync($"delete from forecasts.{table}; insert into forecasts.{table} select * from kept_{table}");
    }

    private static string Words(LedgerVerdict verdict) => $"{verdict.Count}: {string.Join("; ", verdict.Mismatches.Take(5))}";
}
