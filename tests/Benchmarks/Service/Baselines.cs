using System.Diagnostics;
using System.Globalization;
using EmbeddedPostgres;
using Npgsql;

namespace Benchmarks.Service;

/// <summary>What the database does with the same rows when nobody is in between.</summary>
internal sealed class Baselines(string connectionString)
{
    private long _copied;

    private const string Event =
        """{"kind": "person", "madeAt": "2026-11-24T10:13:25.432030+00:00", "analyst": "analyst-1", "evidence": [], "imported": false, """
        + """
            "question": "bench", "expiresAt": null, "rationale": null,
            """
        + """ "statement": {"verbal": null, "quantiles": null, "probability": 0.5, "probabilities": null}}""";

    private const string Columns = "seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, user_name";

    /// <summary>Makes the table that the raw rows go to: the events' own shape and indexes.</summary>
    public Task PrepareAsync() =>
        ExecuteAsync(
            """
            drop table if exists raw_events;
            drop sequence if exists raw_events_sequence;
            create table raw_events (like forecasts.mt_events including all);
            create sequence raw_events_sequence;
            """
        );

    /// <summary>Prepared inserts of one event a transaction, by sixteen clients: how many a second, and the slowest hundredth in milliseconds.</summary>
    public Task<(double PerSecond, double P50, double P99, string How)> InsertAsync(int seconds) =>
        RunAsync(
            $"""
            \set n random(1, 1000000000)
            insert into raw_events ({Columns}) values (nextval('raw_events_sequence'), gen_random_uuid(), 'forecast/bench/analyst-' || gen_random_uuid(),
                :n, '{Event.Trim()}',
            'forecast_revised', now(), 'Domain.Forecasts.ForecastRevised, Domain', '5f7d00eea5afd84c8143d9a8be483efa',
                '00-5f7d00eea5afd84c8143d9a8be483efa-5f7d00eea5afd84c-01', 'analyst-1');
            """.Replace("\r", "", StringComparison.Ordinal),
            seconds
        );

    /// <summary>A select of a random event by its primary key, through a connection a client.</summary>
    public async Task<(double PerSecond, double P50, double P99, string How)> SelectAsync(int seconds)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select max(seq_id) from forecasts.mt_events", connection);
        var last = (long)(await command.ExecuteScalarAsync())!;
        return await RunAsync(
            $"""
            \set n random(1, {last})
            select stream_id, version, data from forecasts.mt_events where seq_id = :n;
            """.Replace("\r", "", StringComparison.Ordinal),
            seconds
        );
    }

    /// <summary>Binary COPY of the same rows, a thousand a transaction by one client: how many a second.</summary>
    public async Task<double> CopyAsync(int transactions)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var clock = Stopwatch.StartNew();
        for (var t = 0; t < transactions; t++)
        {
            await using var import = await connection.BeginBinaryImportAsync($"copy raw_events ({Columns}) from stdin (format binary)");
            for (var i = 0; i < 1_000; i++)
            {
                var n = (long)int.MaxValue + _copied++;
                await import.StartRowAsync();
                await import.WriteAsync(n, NpgsqlTypes.NpgsqlDbType.Bigint);
                await import.WriteAsync(Guid.NewGuid(), NpgsqlTypes.NpgsqlDbType.Uuid);
                await import.WriteAsync($"forecast/bench/analyst-{n}", NpgsqlTypes.NpgsqlDbType.Varchar);
                await import.WriteAsync(1L, NpgsqlTypes.NpgsqlDbType.Bigint);
                await import.WriteAsync(Event, NpgsqlTypes.NpgsqlDbType.Jsonb);
                await import.WriteAsync("forecast_revised", NpgsqlTypes.NpgsqlDbType.Varchar);
                await import.WriteAsync(DateTime.UtcNow, NpgsqlTypes.NpgsqlDbType.TimestampTz);
                await import.WriteAsync("Domain.Forecasts.ForecastRevised, Domain", NpgsqlTypes.NpgsqlDbType.Varchar);
                await import.WriteAsync("5f7d00eea5afd84c8143d9a8be483efa", NpgsqlTypes.NpgsqlDbType.Varchar);
                await import.WriteAsync("00-5f7d00eea5afd84c8143d9a8be483efa-5f7d00eea5afd84c-01", NpgsqlTypes.NpgsqlDbType.Varchar);
                await import.WriteAsync("analyst-1", NpgsqlTypes.NpgsqlDbType.Varchar);
            }

            await import.CompleteAsync();
        }

        return transactions * 1_000 / clock.Elapsed.TotalSeconds;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync();
    }

    private async Task<(double PerSecond, double P50, double P99, string How)> RunAsync(string script, int seconds)
    {
        var folder = (await PostgresBinaries.ResolveAsync(CancellationToken.None)).Folder;
        var pgbench =
            new[] { Path.Combine(folder, "pgbench"), "/usr/bin/pgbench", "/usr/local/bin/pgbench" }.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("pgbench is missing; it comes with PostgreSQL's client or contrib package.");
        var work = Directory.CreateTempSubdirectory("forecasts-pgbench-").FullName;
        try
        {
            var file = Path.Combine(work, "script.sql");
            await File.WriteAllTextAsync(file, script);
            var to = new NpgsqlConnectionStringBuilder(connectionString);
            string[] arguments =
            [
                "-h",
                to.Host!,
                "-p",
                to.Port.ToString(CultureInfo.InvariantCulture),
                "-U",
                to.Username!,
                "-n",
                "-c",
                "16",
                "-j",
                "2",
                "-M",
                "prepared",
                "-T",
                seconds.ToString(CultureInfo.InvariantCulture),
                "-l",
                "--log-prefix",
                Path.Combine(work, "log"),
                "-f",
                file,
                to.Database!,
            ];
            var start = new ProcessStartInfo(pgbench, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["PGPASSWORD"] = to.Password;
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"pgbench ended with {process.ExitCode}: {await errors}");
            var tps = output.Split('\n').First(l => l.StartsWith("tps", StringComparison.Ordinal)).Split(' ')[2];
            var micros = Directory
                .GetFiles(work, "log*")
                .SelectMany(File.ReadLines)
                .Select(l => long.Parse(l.Split(' ')[2], CultureInfo.InvariantCulture))
                .Order()
                .ToArray();
            return (
                double.Parse(tps, CultureInfo.InvariantCulture),
                micros[micros.Length / 2] / 1000.0,
                micros[(int)(0.99 * micros.Length)] / 1000.0,
                "pgbench -c 16 -M prepared"
            );
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
