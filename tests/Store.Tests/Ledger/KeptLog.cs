using Domain;
using Domain.Forecasts;
using Domain.Ledger.Notes;
using Domain.People;
using Domain.Questions;
using Npgsql;
using PostgresServer;
using Signing;
using Store.Appending;
using Store.Ledger;

namespace Store.Tests.Ledger;

/// <summary>A store whose events are logged.</summary>
internal sealed class KeptLog : IAsyncDisposable
{
    public const string Origin = "log.example/forecasts";

    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly KeyName Name = KeyName.Parse(Origin).Value;

    private KeptLog(TestStore test) => Test = test;

    public TestStore Test { get; }

    public LogSigners Signers { get; } = new(Origin, Signer(SignatureType.Ed25519), Signer(SignatureType.MlDsa44Cosignature));

    public LedgerReader Reader => new(Test.Source);

    public static async Task<KeptLog> CreateAsync() => new(await TestStore.CreateAsync());

    public LedgerSequencer Sequencer(params ILogCopy[] copies) => Sequencer(TimeProvider.System, copies);

    public LedgerSequencer Sequencer(TimeProvider clock, params ILogCopy[] copies) => new(Test.Source, Signers, copies, clock);

    /// <summary>Extends the log until nothing is left.</summary>
    public async Task<int> ExtendAsync(LedgerSequencer? sequencer = null)
    {
        sequencer ??= Sequencer();
        var leaves = 0;
        while (true)
        {
            var extension = await sequencer.ExtendAsync(TestContext.Current.CancellationToken);
            Assert.Null(extension.Refusal);
            leaves += extension.Leaves;
            // At a gap it stops, and the next round looks whether its numbers are lost.
            if (extension is { HasMore: false, Leaves: 0 })
                return leaves;
        }
    }

    public async Task<LedgerVerdict> VerifyAsync(ILogFiles? files = null) =>
        (await new LedgerVerification(Test.Source, Signatures.Algorithms, [Signers.Ed25519.Key], files).VerifyAsync(TestContext.Current.CancellationToken))!;

    /// <summary>Records forecasts of one forecaster, one after the other.</summary>
    /// <param name="forecaster">The forecaster, whose stream is begun.</param>
    /// <param name="events">How many.</param>
    /// <param name="commits">Whether they are committed; else their numbers are lost.</param>
    public async Task RecordAsync(string forecaster, int events, bool commits = true)
    {
        await using var connection = await Test.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var append = new BulkAppend(Test.Store, transaction, new BulkOrigin(forecaster, null, null, At));
        var head = new StreamHead(StreamKeys.Forecast(new QuestionSlug("q"), new ForecasterName(forecaster)), typeof(Forecast), found: 0);
        for (var i = 0; i < events; i++)
        {
            var statement = new Statement(Probability: (i % 99 + 1) / 100.0);
            append.Add(head, new ForecastSubmitted(new("q"), new(forecaster), ForecasterKind.Person, At, statement, $"Because {i}.", ["a gauge"], null));
        }

        await append.WriteAsync(TestContext.Current.CancellationToken);
        if (commits)
            await transaction.CommitAsync();
    }

    public async Task<int> ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Test.Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => Test.DisposeAsync();

    private static INoteSigner Signer(SignatureType type) => Signatures.Signer(Signatures.NewKey(Name, type)).Value;
}
