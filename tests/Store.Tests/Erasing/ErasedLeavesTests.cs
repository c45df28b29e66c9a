using System.Text;
using Domain.Erasures;
using Domain.Ledger.Leaves;
using Store.Erasing;
using Store.Ledger;
using Store.Tests.Ledger;

namespace Store.Tests.Erasing;

/// <summary>What an erasure leaves of an event, and what the ledger still proves of it.</summary>
public sealed class ErasedLeavesTests : IAsyncLifetime
{
    private KeptLog _log = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _log = await KeptLog.CreateAsync();
        await _log.RecordAsync("ana", 20);
        // A field that this version does not know, and a number that it would write otherwise.
        await _log.ExecuteAsync("update forecasts.mt_events set data = data || '{\"more\":1.50}' where seq_id = 5");
        await _log.ExtendAsync();
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task The_leaf_stays_byte_for_byte_and_everything_but_the_text_still_opens_it()
    {
        var id = await IdAsync(5);
        var before = (await _log.Reader.LeafAsync(id, Token))!;
        var says = await _log.Test.EraseAsync(id, "rationale");
        await _log.ExtendAsync();

        Assert.Equal([2], says.Erased.Single().Texts);
        var after = (await _log.Reader.LeafAsync(id, Token))!;
        Assert.Equal(before.Entry, after.Entry);
        Assert.Equal(new byte[Salt.Length], after.Salts[^Salt.Length..]);
        Assert.Equal(before.Salts[..^Salt.Length], after.Salts[..^Salt.Length]);
        var opened = (await _log.Reader.OpenAsync(after, Token))!;
        Assert.Empty(opened.Mismatches());
        Assert.Equal([false, false, true], opened.Text.Select(t => t is null));
        Assert.Contains("\"probability\":0.05", Encoding.UTF8.GetString(opened.Data!.Value.Span), StringComparison.Ordinal);
        Assert.Equal([], (await _log.VerifyAsync()).Mismatches);
        Assert.Equal("[erased 2026-06-01T08:00:00Z]", await DataAsync(5, "->> 'rationale'"));
        Assert.Equal("1.50", await DataAsync(5, "->> 'more'"));
        Assert.Equal("texts_erased", await _log.Test.Database.ScalarAsync<string>("select type from forecasts.mt_events order by seq_id desc limit 1"));
    }

    [Fact]
    public async Task The_same_text_elsewhere_in_the_stream_goes_with_it_and_that_of_others_stays()
    {
        await _log.RecordAsync("ben", 1);
        await _log.ExtendAsync();

        var says = await _log.Test.EraseAsync(await IdAsync(5), "evidence");
        await _log.ExtendAsync();

        Assert.Equal(20, says.Erased.Count);
        Assert.Equal("[\"[erased 2026-06-01T08:00:00Z]\"]", await DataAsync(20, "->> 'evidence'"));
        Assert.Equal("[\"a gauge\"]", await DataAsync(21, "->> 'evidence'"));
        Assert.Equal([], (await _log.VerifyAsync()).Mismatches);
    }

    [Fact]
    public async Task What_was_erased_while_nothing_says_so_is_named()
    {
        await _log.Test.EraseAsync(await IdAsync(3), "rationale");
        await _log.ExtendAsync();
        const string Salts = "update forecasts.ledger_entries set salts = overlay(salts placing '\\x{0}'::bytea from {1} for 32) where sequence = {2}";
        string Without(int salt, int sequence) =>
            string.Format(System.Globalization.CultureInfo.InvariantCulture, Salts, new string('0', 64), 1 + (32 * salt), sequence);

        await _log.ExecuteAsync(Without(5, 7));
        await _log.ExecuteAsync("update forecasts.mt_events set data = jsonb_set(data, '{rationale}', '\"[erased 2026-06-01T08:00:00Z]\"') where seq_id = 7");
        await _log.ExecuteAsync(Without(1, 8));
        await _log.ExecuteAsync(Without(2, 9));
        // Of the event whose rationale was erased, the evidence.
        await _log.ExecuteAsync(Without(4, 3));
        var found = (await _log.VerifyAsync()).Mismatches;

        Assert.Equal(
            [(3L, "text[1]"), (7L, "text[2]"), (8L, "actor"), (9L, "data")],
            found.OrderBy(m => m.Sequence).Select(m => (m.Sequence!.Value, m.What.TrimEnd('.').Split(": ")[1]))
        );
        Assert.All(found, m => Assert.Equal(MismatchKind.Changed, m.Kind));
    }

    [Fact]
    public async Task Leaves_that_have_lost_all_salts_are_counted_since_nothing_compares_them()
    {
        Assert.Equal(0, (await _log.VerifyAsync()).Unopened);

        await _log.ExecuteAsync("update forecasts.ledger_entries set salts = decode(repeat('00', length(salts)), 'hex') where sequence in (4, 11)");

        Assert.Equal(2, (await _log.VerifyAsync()).Unopened);
    }

    [Fact]
    public async Task Words_that_were_put_in_the_place_of_an_erased_text_are_named()
    {
        await _log.Test.EraseAsync(await IdAsync(3), "rationale");
        await _log.ExtendAsync();
        Assert.Equal([], (await _log.VerifyAsync()).Mismatches);

        await _log.ExecuteAsync("update forecasts.mt_events set data = jsonb_set(data, '{rationale}', '\"I was sure.\"') where seq_id = 3");

        Assert.Equal(3, Assert.Single((await _log.VerifyAsync()).Mismatches).Sequence);
    }

    [Fact]
    public async Task A_change_to_the_rest_of_an_erased_event_is_named()
    {
        await _log.Test.EraseAsync(await IdAsync(3), "rationale");
        await _log.ExtendAsync();

        await _log.ExecuteAsync("update forecasts.mt_events set data = jsonb_set(data, '{statement,probability}', '0.995') where seq_id = 3");

        Assert.Contains("data", Assert.Single((await _log.VerifyAsync()).Mismatches).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_erasure_is_sound_before_it_has_a_leaf_itself()
    {
        await _log.Test.EraseAsync(await IdAsync(3), "rationale");

        Assert.Equal([], (await _log.VerifyAsync()).Mismatches);
    }

    [Fact]
    public async Task An_event_that_has_no_leaf_yet_is_erased_later()
    {
        await _log.RecordAsync("ben", 1);
        var id = await IdAsync(21);
        await Assert.ThrowsAsync<UnloggedEventException>(() => _log.Test.EraseAsync(id, "rationale"));
        Assert.Equal("Because 0.", await DataAsync(21, "->> 'rationale'"));

        await _log.ExtendAsync();
        await _log.Test.EraseAsync(id, "rationale");

        await _log.ExtendAsync();
        Assert.Equal([], (await _log.VerifyAsync()).Mismatches);
    }

    private Task<Guid> IdAsync(long sequence) => _log.Test.Database.ScalarAsync<Guid>($"select id from forecasts.mt_events where seq_id = {sequence}");

    private Task<string> DataAsync(long sequence, string path) =>
        _log.Test.Database.ScalarAsync<string>($"select data {path} from forecasts.mt_events where seq_id = {sequence}");
}
