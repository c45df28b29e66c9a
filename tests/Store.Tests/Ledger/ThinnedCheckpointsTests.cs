using Npgsql;
using Store.Ledger;

namespace Store.Tests.Ledger;

/// <summary>Which checkpoints stay when old ones are deleted.</summary>
public sealed class ThinnedCheckpointsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Minute = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private KeptLog _log = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _log = await KeptLog.CreateAsync();

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    [Fact]
    public async Task Of_each_minute_the_last_stays_and_the_last_that_was_witnessed_and_what_has_a_time_stamp()
    {
        await using var connection = await _log.Test.Source.OpenConnectionAsync(Token);
        await SignAsync(connection, 1, second: 1, hasMlDsa: true, isWitnessed: true);
        await SignAsync(connection, 2, second: 2, hasMlDsa: true, isWitnessed: true);
        await SignAsync(connection, 3, second: 3, hasMlDsa: false);
        await SignAsync(connection, 4, second: 4, hasMlDsa: true, hasTime: true);
        await SignAsync(connection, 5, second: 5, hasMlDsa: true);
        await SignAsync(connection, 6, second: 59, hasMlDsa: true);
        await SignAsync(connection, 7, second: 60, hasMlDsa: true);
        await SignAsync(connection, 8, second: 61, hasMlDsa: true);
        await SignAsync(connection, 9, second: 62, hasMlDsa: false);

        await LedgerWriter.ThinAsync(connection, Minute.AddSeconds(61), Token);
        // The eighth is not old enough; the seventh is the last of its minute no more.
        Assert.Equal([2, 4, 6, 8, 9], await SizesAsync(connection));

        await LedgerWriter.ThinAsync(connection, Minute.AddDays(1), Token);
        Assert.Equal([2, 4, 6, 8, 9], await SizesAsync(connection));
    }

    private static async Task SignAsync(NpgsqlConnection connection, long size, int second, bool hasMlDsa, bool isWitnessed = false, bool hasTime = false)
    {
        await using var command = new NpgsqlCommand(
            $"insert into {LedgerTables.Checkpoints} (size, signed_at, has_ml_dsa, is_witnessed, note) values ($1, $2, $3, $4, 'a note')",
            connection
        );
        foreach (object value in new object[] { size, Minute.AddSeconds(second).UtcDateTime, hasMlDsa, isWitnessed })
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(Token);
        if (!hasTime)
            return;
        await using var stamp = new NpgsqlCommand($"insert into {LedgerTables.Timestamps} (size, taken_at, token) values ($1, now(), '')", connection);
        stamp.Parameters.Add(new NpgsqlParameter { Value = size });
        await stamp.ExecuteNonQueryAsync(Token);
    }

    private static async Task<List<long>> SizesAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand($"select size from {LedgerTables.Checkpoints} order by size", connection);
        await using var reader = await command.ExecuteReaderAsync(Token);
        var sizes = new List<long>();
        while (await reader.ReadAsync(Token))
            sizes.Add(reader.GetInt64(0));
        return sizes;
    }
}
