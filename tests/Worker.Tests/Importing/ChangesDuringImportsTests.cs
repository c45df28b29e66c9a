using Domain;
using Domain.People;
using Domain.Questions;
using Marten;
using PostgresServer;
using Samples;
using Store.Appending;
using Store.Erasing;
using Store.Idempotency;
using Store.Importing;
using Worker.Importing;

namespace Worker.Tests.Importing;

/// <summary>Who is erased, or gets a token, while a file is imported that names them.</summary>
public sealed class ChangesDuringImportsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Opening = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly int Columns = ImportColumns.Readable(ImportKind.Forecasts).Count;

    private TestStore _test = null!;
    private Import _import = null!;
    private ForecastRows _rows = null!;
    private int _line = 1;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _test = await TestStore.CreateAsync();
        await using (var session = _test.Store.LightweightSession())
        {
            session.Start<Question>(StreamKeys.Question("q"), [Drafts.Binary("q", Opening), new QuestionOpened(Opening)], Opening);
            await session.SaveChangesAsync(Token);
        }

        var log = new ImportLog(_test.Source);
        await using var transaction = new IdempotentTransaction(_test.Source);
        using var file = new MemoryStream("question\n"u8.ToArray());
        var id = await log.ReceiveAsync(
            ImportKind.Forecasts,
            ImportFormat.Csv,
            file,
            "owner",
            null,
            new SpoolLimits(1 << 20, 1 << 20),
            TimeProvider.System,
            Token
        );
        _import = (await log.StartAsync(id, transaction, Token))!;
        _rows = new ForecastRows(_test.Store, TimeProvider.System);
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task Nothing_more_is_brought_in_of_whom_an_earlier_batch_brought_in_and_who_was_erased_since()
    {
        Assert.Empty(await RecordAsync(await PreparedAsync(("kim", "The first reason."), ("lee", "A reason of lee."))));
        // It was read and checked while the batch before it was written.
        var second = await PreparedAsync(("kim", "The second reason."), ("lee", "Another of lee."));

        await EraseAsync("kim");

        Assert.Equal([("forecaster", "'kim' was erased here, and nothing more is brought in under the name.")], await RecordAsync(second));
        Assert.Single(await RecordAsync(await PreparedAsync(("kim", "The third reason."))));
        Assert.Equal((0L, 2L), (await WithAsync("reason.\""), await WithAsync("of lee.\"")));
    }

    [Fact]
    public async Task Who_got_a_token_since_speaks_for_themself()
    {
        Assert.Empty(await RecordAsync(await PreparedAsync(("kim", "The first reason."))));
        await using (var session = _test.Store.LightweightSession())
        {
            session.Append(StreamKeys.Analyst("kim"), 1, [new TokenIssued("t1", "fc_1", "hash", null)], Opening);
            await session.SaveChangesAsync(Token);
        }

        var (field, reason) = Assert.Single(await RecordAsync(await PreparedAsync(("kim", "The second reason."))));

        Assert.Equal(("forecaster", true), (field, reason.StartsWith("'kim' has a token here", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Of_a_batch_and_an_erasure_at_once_the_later_sees_the_earlier()
    {
        await RecordAsync(await PreparedAsync(("kim", "The first reason."), ("lee", "The first reason.")));
        // The batch is first: what it records is erased as well.
        var batch = await ImportBatch.BeginAsync(_test.Source, _test.Store, _import, DateTimeOffset.UtcNow.ToMicroseconds(), Token);
        await (await PreparedAsync(("kim", "The second reason.")))(batch, Token);
        var erasing = EraseAsync("kim");
        await IsWaitedForAsync();
        Assert.False(erasing.IsCompleted);
        await batch.CommitAsync(1, Token);
        await batch.DisposeAsync();
        await erasing;
        Assert.Empty(batch.Refused);
        Assert.Equal((3L, 1L), (await WithAsync("\"madeAt\""), await WithAsync("reason.\"")));

        // The erasure is first: nothing is recorded.
        await using var transaction = new IdempotentTransaction(_test.Source);
        await transaction.BeginAsync(Token);
        await EraseAsync("lee", transaction);
        var recording = RecordAsync(await PreparedAsync(("lee", "The second reason.")));
        await IsWaitedForAsync();
        Assert.False(recording.IsCompleted);
        await transaction.CommitUnansweredAsync(Token);
        Assert.Single(await recording);
        Assert.Equal((3L, 0L), (await WithAsync("\"madeAt\""), await WithAsync("reason.\"")));
    }

    /// <summary>The rows of a batch, read and checked, an hour of forecasts on q after the one before.</summary>
    private Task<Func<ImportBatch, CancellationToken, Task>> PreparedAsync(params (string Forecaster, string Rationale)[] forecasts) =>
        _rows.PrepareAsync(
            [
                .. forecasts.Select(f =>
                {
                    var values = new string?[Columns];
                    (values[0], values[1], values[2], values[3], values[6]) = (
                        "q",
                        f.Forecaster,
                        Instants.Format(Opening.AddHours(++_line)),
                        "0.5",
                        f.Rationale
                    );
                    return new ImportRow(_line, values);
                }),
            ],
            Token
        );

    private async Task<IReadOnlyList<(string? Field, string Reason)>> RecordAsync(Func<ImportBatch, CancellationToken, Task> prepared)
    {
        await using var batch = await ImportBatch.BeginAsync(_test.Source, _test.Store, _import, DateTimeOffset.UtcNow.ToMicroseconds(), Token);
        await prepared(batch, Token);
        await batch.CommitAsync(1, Token);
        return [.. batch.Refused.Select(r => (r.Field, r.Reason))];
    }

    private async Task EraseAsync(string analyst)
    {
        await using var transaction = new IdempotentTransaction(_test.Source);
        await transaction.BeginAsync(Token);
        await EraseAsync(analyst, transaction);
        await transaction.CommitUnansweredAsync(Token);
    }

    private async Task EraseAsync(string analyst, IdempotentTransaction transaction)
    {
        await using var session = _test.Store.OpenSession(transaction.ForSession());
        var found = (await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), Token))!;
        await new Erasures(session, DateTimeOffset.UtcNow.ToMicroseconds()).PersonAsync(found, "Asked for.", Token);
    }

    private Task IsWaitedForAsync() =>
        Patience.UntilAsync(async () =>
            await _test.Database.ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 1
        );

    private Task<long> WithAsync(string text) =>
        _test.Database.ScalarAsync<long>(
            $"select count(*) from forecasts.mt_events where stream_id like 'forecast/%' and data::text like '%{text}%' and type <> 'texts_erased'"
        );
}
