using System.Diagnostics;
using Npgsql;

namespace Benchmarks.Importing;

/// <summary>The baseline: the very events that an import recorded, copied in raw once more on the same server.</summary>
/// <param name="connectionString">Connects to the product's database as the product does.</param>
/// <param name="superuser">Connects to the same server as a role that may have it write out what it holds.</param>
internal sealed class RawCopy(string connectionString, string superuser)
{
    /// <summary>Copies a stretch of the forecasts' events out to a file, and in again into a table of their own; what is timed is the way in.</summary>
    /// <param name="after">The sequence after which the stretch begins.</param>
    /// <param name="indexed">Whether the table has the events' indexes and foreign key, or the columns alone.</param>
    public async Task<(long Events, double Seconds)> RunAsync(long after, bool indexed)
    {
        var file = Path.GetTempFileName();
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        async Task<object?> AskAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            return await command.ExecuteScalarAsync();
        }

        try
        {
            await using (var target = File.Create(file))
            await using (
                var source = await connection.BeginRawBinaryCopyAsync(
                    $"copy (select * from forecasts.mt_events where seq_id > {after} and stream_id like 'forecast/%' order by seq_id) to stdout (format binary)"
                )
            )
            {
                await source.CopyToAsync(target);
            }

            await AskAsync($"create table raw_events (like forecasts.mt_events including defaults {(indexed ? "including indexes" : "")})");
            if (indexed)
                await AskAsync("alter table raw_events add foreign key (stream_id) references forecasts.mt_streams (id)");
            await CheckpointAsync();
            var watch = Stopwatch.StartNew();
            await using (var source = File.OpenRead(file))
            await using (var target = await connection.BeginRawBinaryCopyAsync("copy raw_events from stdin (format binary)"))
            {
                await source.CopyToAsync(target, 1 << 20);
            }

            var seconds = watch.Elapsed.TotalSeconds;
            var events = (long)(await AskAsync("select count(*) from raw_events"))!;
            await AskAsync("drop table raw_events");
            return (events, seconds);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // What was written before is none of the copy's cost.
    private async Task CheckpointAsync()
    {
        await using var connection = new NpgsqlConnection(superuser);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("checkpoint", connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
